import { existsSync } from 'node:fs';
import path from 'node:path';
import type { BuildService } from '../../../src/core/ports/builds.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { createProgress, type Progress } from '../../terminal/progress.ts';

export interface RunPlaceOptions {
  readonly data: string;
  /** Without it DEPLOY_ENV; without that too, this machine. */
  readonly env?: string;
  /** This machine, even where DEPLOY_ENV is set. */
  readonly local?: boolean;
  readonly json?: boolean;
}

/** Where builds run: a deployed environment, or this machine. */
export interface RunPlace {
  readonly locks: LockStore;
  readonly builds: BuildService;
  /** How long whoever closes the locks of ended builds may take before nobody seems to be at it. */
  readonly closingMs: number;
  /** `test`, or `this machine`. */
  readonly name: string;
  /** What names the same place on the command line. */
  readonly flag: string;
  readonly progress: Progress;
}

/** Opens the place that the options name for `work`, and closes it. */
export async function withRunPlace<T>(options: RunPlaceOptions, work: (place: RunPlace) => Promise<T>): Promise<T> {
  const env = options.local ? undefined : options.env || process.env.DEPLOY_ENV;
  return env ? withDeployedRuns(env, work) : withLocalRuns(path.resolve(options.data), work);
}

async function withDeployedRuns<T>(env: string, work: (place: RunPlace) => Promise<T>): Promise<T> {
  const [{ withDeployed }, { createDynamoLockStore }, { createCodeBuildService }, { resourceNames }] =
    await Promise.all([
      import('../deployed-place.ts'),
      import('../../../src/adapters/aws/dynamo-lock-store.ts'),
      import('../../../src/adapters/aws/codebuild.ts'),
      import('../../../src/core/names.ts'),
    ]);
  return withDeployed(env, async ({ settings: { environment }, clients, progress }) => {
    const { locksTable, buildProject } = resourceNames(environment);
    return work({
      locks: createDynamoLockStore({ client: await clients.dynamo(), tableName: locksTable }),
      // No command of an operator starts a build, which alone needs the bucket.
      builds: createCodeBuildService({
        client: await clients.codeBuild(),
        projectName: buildProject,
        artifactsBucketName: '',
      }),
      closingMs: 90_000,
      name: environment,
      flag: `--env ${environment}`,
      progress,
    });
  });
}

async function withLocalRuns<T>(dataDirectory: string, work: (place: RunPlace) => Promise<T>): Promise<T> {
  const [{ createSqliteLockStore }, { locksFileOf, openLocalBuilds }] = await Promise.all([
    import('../../../src/adapters/local/sqlite-lock-store.ts'),
    import('../../../src/local/runtime.ts'),
  ]);
  const file = locksFileOf(dataDirectory);
  const isThere = existsSync(file);
  // Where nothing was ever locked, nothing is created either.
  const locks = createSqliteLockStore({ file: isThere ? file : ':memory:' });
  const builds = isThere ? openLocalBuilds(dataDirectory) : null;
  const progress = createProgress();
  try {
    return await work({
      locks,
      builds: builds ?? NO_BUILDS,
      closingMs: 5_000,
      name: 'this machine',
      flag: '--local',
      progress,
    });
  } finally {
    progress.stop();
    await builds?.close();
    locks.close();
  }
}

const NO_BUILDS: BuildService = {
  start: async () => ({ kind: 'not-set-up', detail: 'Nothing was ever built here.' }),
  find: async () => null,
  get: async () => [],
  stop: async () => undefined,
};
