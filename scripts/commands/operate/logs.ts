import path from 'node:path';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { LogSource } from '../../../src/core/ports/operate/log-source.ts';
import { findBuild } from '../../../src/flows/operate/run/find-build.ts';
import { followLog } from '../../../src/flows/operate/run/follow-log.ts';
import { cloudLogSource } from '../../../src/flows/operate/run/log-source.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { readableLine } from '../../terminal/log-line.ts';
import { withDeployed } from '../deployed-place.ts';
import type { RunPlaceOptions } from './run-place.ts';

interface LogOptions extends RunPlaceOptions {
  /** Default: on a terminal only. */
  readonly follow?: boolean;
  /** How far back the log of a function is shown. */
  readonly minutes: number;
}

/** `kiro-worker logs`: the log of `poller`, `finalizer` or one build. Exit code 0; Ctrl-C ends following. */
export async function showLogs(what: string, options: LogOptions): Promise<number> {
  const env = options.local ? undefined : options.env || process.env.DEPLOY_ENV;
  return env ? showDeployed(what, { ...options, env }) : showLocal(what, options);
}

async function showDeployed(what: string, options: LogOptions & { env: string }): Promise<number> {
  const { env } = options;
  const { createLogLines } = await import('../../../src/adapters/aws/operate/log-lines.ts');
  return withDeployed(env, async ({ settings: { environment }, clients, progress }) => {
    const { pollerLogGroup, finalizerLogGroup } = resourceNames(environment);
    const logs = createLogLines({ client: await clients.logs() });
    const sinceMs = Date.now() - options.minutes * 60_000;
    const log = { poller: pollerLogGroup, finalizer: finalizerLogGroup }[what];
    const source =
      log === undefined
        ? await deployedBuildLog(what, { environment, clients, logs })
        : cloudLogSource({ logs, clock: systemClock, log, sinceMs });
    progress.stop();
    return show(source, { ...options, next: `npx kiro-worker status --env ${environment}` });
  });
}

type Deployed = Parameters<Parameters<typeof withDeployed>[1]>[0];

async function deployedBuildLog(
  item: string,
  place: Pick<Deployed, 'clients'> & {
    environment: string;
    logs: Parameters<typeof cloudLogSource>[0]['logs'];
  },
): Promise<LogSource> {
  const { environment, clients, logs } = place;
  const { locksTable, buildProject, buildLogGroup } = resourceNames(environment);
  const [{ createDynamoLockStore }, { createCodeBuildService }] = await Promise.all([
    import('../../../src/adapters/aws/dynamo-lock-store.ts'),
    import('../../../src/adapters/aws/codebuild.ts'),
  ]);
  const locks = createDynamoLockStore({ client: await clients.dynamo(), tableName: locksTable });
  const client = await clients.codeBuild();
  const builds = createCodeBuildService({ client, projectName: buildProject, artifactsBucketName: '' });
  const { id } = await findBuild({ locks, builds, item });
  return cloudLogSource({
    logs,
    clock: systemClock,
    log: buildLogGroup,
    stream: id.slice(id.indexOf(':') + 1),
    sinceMs: 0,
    readBuild: async () => (await builds.get([id]))[0] ?? null,
  });
}

async function showLocal(item: string, options: LogOptions): Promise<number> {
  const [{ createSqliteLockStore }, { locksFileOf, openLocalBuilds }, { localLogSource }, { existsSync }] =
    await Promise.all([
      import('../../../src/adapters/local/sqlite-lock-store.ts'),
      import('../../../src/local/runtime.ts'),
      import('../../../src/local/builds/log-source.ts'),
      import('node:fs'),
    ]);
  const folder = path.resolve(options.data);
  const file = locksFileOf(folder);
  const isThere = existsSync(file);
  const locks = createSqliteLockStore({ file: isThere ? file : ':memory:' });
  const builds = isThere ? openLocalBuilds(folder) : null;
  try {
    const get = async (ids: readonly string[]) => (await builds?.get(ids)) ?? [];
    const { id } = await findBuild({ locks, builds: { get }, item });
    const [build] = await get([id]);
    if (build === undefined) throw goneBuild(id);
    const source = localLogSource(build, async () => (await get([id]))[0]);
    return await show(source, { ...options, next: 'npx kiro-worker status --local' });
  } finally {
    await builds?.close();
    locks.close();
  }
}

function goneBuild(id: string): WorkerError {
  return new WorkerError({
    code: 'BUILD_SERVICE_FAILED',
    what: `The build ${id} went away while it was looked at.`,
    remedy: 'List the builds with "kiro-worker status --local".',
  });
}

async function show(source: LogSource, options: LogOptions & { next: string }): Promise<number> {
  const { follow = process.stdout.isTTY === true, json = false, next } = options;
  let count = 0;
  try {
    await followLog({
      source,
      isFollowing: follow,
      clock: systemClock,
      onLine(line) {
        const text = json ? line : readableLine(line);
        if (text === null) return;
        count += 1;
        process.stdout.write(`${cleanText(text)}\n`);
      },
      onLost: ({ what, why }) =>
        process.stderr.write(`${cleanText(`warning: ${what}${why ? ` ${why}` : ''}`)}\nLooking again.\n`),
    });
  } finally {
    source.close();
  }
  if (!json) process.stderr.write(`${count === 0 ? 'Nothing was logged.\n' : ''}Next: ${next}\n`);
  return EXIT.done;
}
