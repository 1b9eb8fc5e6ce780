import path from 'node:path';
import { buildRelease } from '../../src/adapters/bundle/release-bundle.ts';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import { closeInheritedDescriptors } from '../../src/adapters/process/inherited-descriptors.ts';
import { proxySecrets } from '../../src/adapters/process/machine-variables.ts';
import { noIsolation } from '../../src/adapters/process/sandbox.ts';
import { errorMessage } from '../../src/core/errors.ts';
import { cleanText } from '../../src/core/markdown.ts';
import { ENV } from '../../src/core/names.ts';
import { actorName } from '../../src/core/outcome.ts';
import { failedCommandToText } from '../../src/core/report/failed-command.ts';
import { findingsBeyond, findingToText } from '../../src/core/report/findings.ts';
import { createKnownSecrets, type KnownSecrets } from '../../src/core/secrets/known-secrets.ts';
import { redactErrors } from '../../src/core/secrets/redact-error.ts';
import { poll } from '../../src/flows/poll/poll.ts';
import type { PollResult, StartedBuild } from '../../src/flows/poll/poll-types.ts';
import { reconcile } from '../../src/flows/poll/reconcile.ts';
import { locateAgent, readAgentKey } from '../../src/local/agent-checks.ts';
import { findIsolation } from '../../src/local/isolation.ts';
import { LOCAL_ENVIRONMENT } from '../../src/local/project-variables.ts';
import type { LocalRuntime } from '../../src/local/runtime.ts';
import { createLocalRuntime, readLocalConfig } from '../../src/local/runtime.ts';
import { formatJson } from '../terminal/json.ts';
import type { Progress } from '../terminal/progress.ts';
import { createProgress } from '../terminal/progress.ts';
import { createQuietTelemetry } from '../terminal/quiet-telemetry.ts';
import type { ConfigOptions } from './explain.ts';
import { formatCards } from './explain.ts';
import { readRun } from './run-files.ts';

interface LocalOptions extends ConfigOptions {
  readonly isolation?: 'none';
}

/** As commander's: the command was not given in a way that it could run. */
const USAGE_ERROR = 2;

/** `kiro-worker local poll|watch`. Exit code 0 when every build of it ended well, 2 where this machine cannot keep agent
 *  and tests apart and nobody accepted that, else 1. */
export async function runLocal(mode: 'poll' | 'watch', options: LocalOptions): Promise<number> {
  closeInheritedDescriptors();
  const known = createKnownSecrets(proxySecrets(process.env));
  return redactErrors(known.redact, () => run(mode, { ...options, known }));
}

async function run(mode: 'poll' | 'watch', options: LocalOptions & { known: KnownSecrets }): Promise<number> {
  const { redact, watch: watchSecrets } = options.known;
  const progress = createProgress({ redact });
  const secrets = watchSecrets(createEnvironmentSecrets(process.env));
  await secrets.githubToken();
  const { agent } = await readLocalConfig(options.config);
  const key = await readAgentKey(agent, process.env);
  if (key !== null) options.known.remember(key);
  const found = await findIsolation(options.isolation ?? process.env[ENV.untrustedUser]);
  // Before any card is taken.
  locateAgent(agent, { env: process.env, isolation: found.isolation });
  if (found.obstacle !== null) {
    progress.stop();
    process.stderr.write(`${noIsolation(found.obstacle).message}\n`);
    return USAGE_ERROR;
  }
  progress.show({ phase: 'release', text: 'Bundling the worker' });
  const runtime = await createLocalRuntime({
    configFile: options.config,
    dataDirectory: path.resolve(options.data),
    env: { ...process.env, ...(options.isolation && { [ENV.untrustedUser]: options.isolation }) },
    secrets,
    release: await buildRelease(),
    telemetry: createQuietTelemetry({ redact, write: (text) => progress.note(text) }),
    onOutput: (_, line) => progress.buildLine(line),
  });
  progress.note(`isolation: ${found.isolation}. ${found.text}`);
  const session: PollSession = {
    stop: stopOnSignal(progress),
    progress,
    json: options.json === true,
    write: (text) => process.stdout.write(redact(text)),
  };
  try {
    return await (mode === 'poll' ? pollOnce(runtime, session) : watch(runtime, session));
  } finally {
    await runtime.close();
    progress.stop();
  }
}

interface PollSession {
  readonly stop: AbortSignal;
  readonly progress: Progress;
  readonly json: boolean;
  /** Writes to stdout without secrets. */
  readonly write: (text: string) => void;
}

async function pollOnce(runtime: LocalRuntime, session: PollSession): Promise<number> {
  const result = await poll(runtime.ports, runtime.settings);
  await endBuilds(runtime, session);
  session.progress.stop();
  return report(runtime, { ...session, result });
}

/** Polls on the interval; builds go on between polls. A failed poll is reported and tried again at the next tick. */
async function watch(runtime: LocalRuntime, session: PollSession): Promise<number> {
  const { stop, progress, json, write } = session;
  const intervalMs = runtime.config.pollingIntervalSeconds * 1000;
  while (!stop.aborted) {
    progress.show({ phase: 'poll', text: `Reading the board of ${runtime.config.repository}` });
    try {
      const result = await poll(runtime.ports, runtime.settings);
      progress.note(`${result.outcome}: ${result.detail}`);
      if (json) write(formatJson(result, 0));
    } catch (error) {
      progress.note(
        `The poll failed and is tried again in ${runtime.config.pollingIntervalSeconds} s: ${errorMessage(error)}`,
      );
    }
    progress.show({ phase: 'waiting', text: `next poll in ${runtime.config.pollingIntervalSeconds} s; Ctrl-C ends` });
    await runtime.ports.clock.sleep(intervalMs, stop);
  }
  await endBuilds(runtime, session);
  progress.note('Ended. What was finished is pushed; the next poll goes on from there.');
  return 0;
}

/** Waits for the builds, or ends them when the session is stopped, and says what became of their locks. */
async function endBuilds(runtime: LocalRuntime, { stop, progress }: PollSession): Promise<void> {
  const stopBuilds = async () => {
    for (const build of await runtime.builds.list(runtime.config.maxConcurrentBuilds * 2)) {
      if (!build.ended) await runtime.builds.stop(build.id);
    }
  };
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  }).then(stopBuilds);
  // Once the race is over nobody listens to it any more.
  stopped.catch(() => undefined);
  await Promise.race([runtime.builds.waitForAll(), stopped]);
  const { ports, config } = runtime;
  try {
    await reconcile({ ...ports, config, github: ports.connectGitHub(config) }, { environment: LOCAL_ENVIRONMENT });
  } catch (error) {
    progress.note(`Not every outcome could be published; the next poll tries again. ${errorMessage(error)}`);
  }
  for (const row of await runtime.locks.listHeld((_, { message }) => progress.note(message))) {
    progress.note(
      `The lock of ${row.branch} is left to its build ${row.buildId}; it expires at ${new Date(row.leaseExpiresAtMs).toISOString()}.`,
    );
  }
}

async function report(
  runtime: LocalRuntime,
  { result, json, write }: PollSession & { result: PollResult },
): Promise<number> {
  const runs = await Promise.all(result.started.map((started) => readRun(runtime.artifactsDirectory, started.buildId)));
  const places = await Promise.all(result.started.map((started) => placesOf(runtime, started)));
  const failed = runs.some((run) => run === null || run.success !== true);
  if (json) {
    write(formatJson({ ...result, runs: runs.map((run, index) => run && { ...run, ...places[index] }) }));
    return failed ? 1 : 0;
  }
  const cards = [
    ...result.started.map(({ title, buildId }) => ({
      title,
      decision: 'ready' as const,
      reason: 'ready' as const,
      detail: `Build ${buildId}`,
    })),
    ...result.leftOut.map(({ title, reason, detail }) => ({ title, decision: 'left-out' as const, reason, detail })),
  ];
  const endings = runs.map((run, index) => {
    const { pullRequest = null, log = null } = places[index] ?? {};
    return [
      ...(run === null
        ? [`${result.started[index]?.branch}: the build left no result.`]
        : [
            cleanText(`${run.branchName}: ${run.outcome}. ${run.detail}\n  What to do: ${run.remedy}`),
            ...(run.actsNext === undefined ? [] : [`  Who acts next: ${actorName(run.actsNext)}.`]),
            ...failedCommandToText(run, run.folder),
            ...findingsBeyond(run.detail, run.findings).map(findingToText),
          ]),
      ...(pullRequest === null ? [] : [`  Pull request: ${pullRequest}`]),
      ...(log === null ? [] : [`  Log: ${log}`]),
    ].join('\n');
  });
  write(
    `${result.outcome}: ${result.detail}\n${cards.length > 0 ? `${formatCards(cards)}\n` : ''}${endings.join('\n')}\n`,
  );
  return failed ? 1 : 0;
}

/** Where to look after a build; null where there is nothing. */
async function placesOf(
  { ports, config, builds }: LocalRuntime,
  { buildId, branch }: StartedBuild,
): Promise<{ pullRequest: string | null; log: string | null }> {
  const [build] = await builds.get([buildId]);
  const pullRequest = await ports
    .connectGitHub(config)
    .pullRequests.find(branch)
    .catch(() => null);
  return { pullRequest: pullRequest?.url ?? null, log: build?.logFile ?? null };
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
