import { errorMessage } from '../core/errors.ts';
import { ENV } from '../core/names.ts';
import { composeOutput, composeWorker, unbegunContext } from './compose.ts';
import { startClean } from './compose-process.ts';
import { selfTest } from './compose-self-test.ts';
import { endUnbegun } from './end-unbegun.ts';
import { runWorker } from './run.ts';
import { exitCodeOf } from './run-result.ts';
import { parseEnvironmentSettings, parseWorkerSettings } from './settings.ts';

/** The worker's entry point: environment to adapters, one run, result to exit code. */
async function main(env: NodeJS.ProcessEnv): Promise<number> {
  if (env[ENV.selfTest]) return selfTest(parseEnvironmentSettings(env), env);
  const settings = parseWorkerSettings(env);
  const output = await composeOutput(settings, env);
  const stop = stopOnSignals();
  try {
    const composed = await composeWorker({ settings, env, output }).catch((error: unknown) => ({ error }));
    if ('error' in composed) return exitCodeOf(await endUnbegun(unbegunContext(settings, output), composed.error));
    try {
      return exitCodeOf(await runWorker({ settings, ports: composed.ports, stop }));
    } finally {
      await composed.close();
    }
  } catch (error) {
    const { telemetry, redact } = output;
    telemetry.error('the run ended without publishing its result', { error: redact(errorMessage(error)) });
    telemetry.flush();
    return 1;
  }
}

/** Returns the signal that is aborted when the build service, or a person, stops this process. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  // Not `once`: with no listener left, the library that runs git treats the signal as fatal.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

startClean();
try {
  process.exitCode = await main(process.env);
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
}
