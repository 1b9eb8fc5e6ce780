import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createEnvironmentSecrets } from '../src/adapters/environment-secrets.ts';
import { buildRelease } from '../src/adapters/release-bundle.ts';
import { artifactPrefix } from '../src/core/artifact-path.ts';
import { errorMessage } from '../src/core/errors.ts';
import { cleanText } from '../src/core/markdown.ts';
import { ENV } from '../src/core/names.ts';
import type { TaskReport, TestCounts } from '../src/core/run-report.ts';
import { poll } from '../src/flows/poll.ts';
import type { PollResult } from '../src/flows/poll-types.ts';
import { reconcile } from '../src/flows/reconcile.ts';
import type { Machine } from '../src/local/machine.ts';
import { createMachine, LOCAL_ENVIRONMENT } from '../src/local/machine.ts';
import type { ConfigOptions } from './explain.ts';
import { formatCards } from './explain.ts';
import { formatJson } from './json.ts';
import type { Progress } from './progress.ts';
import { createProgress } from './progress.ts';
import { createQuietTelemetry } from './quiet-telemetry.ts';

/** `kiro-worker local poll|watch`. Exit code 0 when every build of it ended well, else 1. */
export async function runLocal(
  mode: 'poll' | 'watch',
  options: ConfigOptions & { readonly isolation?: 'none' },
): Promise<number> {
  const progress = createProgress();
  const secrets = createEnvironmentSecrets(process.env);
  await secrets.githubToken();
  await secrets.kiroApiKey();
  progress.show({ phase: 'release', text: 'Bundling the worker' });
  const machine = await createMachine({
    configFile: options.config,
    dataDirectory: path.resolve(options.data),
    env: { ...process.env, ...(options.isolation && { [ENV.workIdentity]: options.isolation }) },
    release: await buildRelease(),
    telemetry: createQuietTelemetry((text) => progress.note(text)),
    onOutput: (_, line) => progress.buildLine(line),
  });
  progress.note(
    'Agent, install and tests of the branches run as processes of this machine: as root on Linux under a user of their own unless isolation is "none", elsewhere as you.',
  );
  const stop = stopOnSignal(progress);
  try {
    return mode === 'poll'
      ? await pollOnce(machine, { stop, progress, json: options.json === true })
      : await watch(machine, { stop, progress, json: options.json === true });
  } finally {
    await machine.close();
    progress.stop();
  }
}

interface Turn {
  readonly stop: AbortSignal;
  readonly progress: Progress;
  readonly json: boolean;
}

async function pollOnce(machine: Machine, turn: Turn): Promise<number> {
  const result = await poll(machine.ports, machine.settings);
  await endBuilds(machine, turn);
  turn.progress.stop();
  return report(machine, { result, json: turn.json });
}

/** Polls on the interval; builds go on between polls. A failed poll is told and tried again at the next tick. */
async function watch(machine: Machine, turn: Turn): Promise<number> {
  const { stop, progress, json } = turn;
  const intervalMs = machine.config.pollingIntervalSeconds * 1000;
  while (!stop.aborted) {
    progress.show({ phase: 'poll', text: `Reading the board of ${machine.config.repository}` });
    try {
      const result = await poll(machine.ports, machine.settings);
      progress.note(`${result.outcome}: ${result.detail}`);
      if (json) process.stdout.write(formatJson(result, 0));
    } catch (error) {
      progress.note(
        `The poll failed and is tried again in ${machine.config.pollingIntervalSeconds} s: ${errorMessage(error)}`,
      );
    }
    progress.show({ phase: 'waiting', text: `next poll in ${machine.config.pollingIntervalSeconds} s; Ctrl-C ends` });
    await machine.ports.clock.sleep(intervalMs, stop);
  }
  await endBuilds(machine, turn);
  progress.note('Ended. What was finished is pushed; the next poll goes on from there.');
  return 0;
}

/** Waits for the builds; when told to stop it ends them, and says what became of their locks. */
async function endBuilds(machine: Machine, { stop, progress }: Turn): Promise<void> {
  const stopBuilds = async () => {
    for (const build of await machine.builds.list(machine.config.maxConcurrentBuilds * 2)) {
      if (!build.ended) await machine.builds.stop(build.id);
    }
  };
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  }).then(stopBuilds);
  // Once the race is over nobody listens to it any more.
  stopped.catch(() => undefined);
  await Promise.race([machine.builds.waitForAll(), stopped]);
  const { ports, config } = machine;
  try {
    await reconcile({ ...ports, config, github: ports.connectGitHub(config) }, { environment: LOCAL_ENVIRONMENT });
  } catch (error) {
    progress.note(`Not every ending could be told; the next poll tries again. ${errorMessage(error)}`);
  }
  for (const row of await machine.locks.listHeld()) {
    progress.note(
      `The lock of ${row.branch} is left to its build ${row.buildId}; it expires at ${new Date(row.leaseExpiresAtMs).toISOString()}.`,
    );
  }
}

async function report(machine: Machine, { result, json }: { result: PollResult; json: boolean }): Promise<number> {
  const runs = await Promise.all(result.started.map((started) => readRun(machine.artifactsDirectory, started.buildId)));
  const failed = runs.some((run) => run === null || run.success !== true);
  if (json) {
    process.stdout.write(formatJson({ ...result, runs }));
    return failed ? 1 : 0;
  }
  const cards = [
    ...result.started.map(({ title, buildId }) => ({
      title,
      decision: 'ready' as const,
      reason: 'ready',
      detail: `Build ${buildId}`,
    })),
    ...result.leftOut.map(({ title, reason, detail }) => ({ title, decision: 'left-out' as const, reason, detail })),
  ];
  const endings = runs.map((run, index) =>
    run === null
      ? `${result.started[index]?.branch}: the build left no result; see its log in the data folder.`
      : cleanText(`${run.branchName}: ${run.outcome}. ${run.detail}\n  What to do: ${run.remedy}`),
  );
  process.stdout.write(
    `${result.outcome}: ${result.detail}\n${cards.length > 0 ? `${formatCards(cards)}\n` : ''}${endings.join('\n')}\n`,
  );
  return failed ? 1 : 0;
}

interface RunFiles {
  readonly success: boolean;
  readonly outcome: string;
  readonly detail: string;
  readonly remedy: string;
  readonly branchName: string;
  readonly tasks: readonly TaskReport[];
  readonly tests: TestCounts | null;
  readonly coverage: { readonly linesPct: number | null; readonly thresholdPct: number | null };
}

/** Returns what a run left among its artifacts, null when it left nothing. */
export async function readRun(artifactsDirectory: string, buildId: string): Promise<RunFiles | null> {
  const folder = path.join(artifactsDirectory, ...artifactPrefix(LOCAL_ENVIRONMENT, buildId).split('/'));
  const read = async (name: string) => JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  try {
    const [metadata, tests, coverage] = await Promise.all(
      ['metadata.json', 'reports/test-results.json', 'reports/coverage.json'].map(read),
    );
    return { ...metadata, tests: tests.counts, coverage } as RunFiles;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function stopOnSignal(progress: Progress): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) return;
      progress.note('Ending: running builds push what is whole and release their locks.');
      controller.abort();
    });
  }
  return controller.signal;
}
