import { withStartToken } from '../../../../src/core/build-variables.ts';
import { WorkerError } from '../../../../src/core/errors.ts';
import type { Build, BuildService, StartBuild, StartResult } from '../../../../src/core/ports/builds.ts';
import type { DrillProcess } from '../process.ts';
import type { VirtualTime } from '../virtual-time.ts';

const QUEUE_MS = 5_000;
const QUEUE_LIMIT_MS = 8 * 60_000;
export const TIME_LIMIT_MS = 60 * 60_000;
const STOP_GRACE_MS = 60_000;

/** One build with what the drill needs to run it. */
export interface DrillBuild {
  readonly id: string;
  readonly token: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly release: string | null;
  readonly startedAtMs: number;
  readonly stop: AbortController;
  status: Build['status'];
  endedAtMs: number | null;
  /** Waits in the queue until the service gives it up. */
  readonly isQueuedForEver: boolean;
}

export interface MemoryBuildsOptions {
  readonly time: VirtualTime;
  readonly limit: number;
  /** Runs the worker of a build; returns its exit code. */
  readonly runWorker: (build: DrillBuild) => Promise<number>;
  /** Ends the worker of a build at once. */
  readonly killWorker: (build: DrillBuild) => void;
  /** Hears of each build that has ended. */
  readonly onEnd: (build: DrillBuild) => void;
}

/** A build service in memory: as CodeBuild it answers a token twice with one build, refuses at capacity, and ends what takes too long. */
export class MemoryBuilds {
  readonly all: DrillBuild[] = [];
  /** So many of the next builds never leave the queue. */
  neverToBegin = 0;
  readonly #options: MemoryBuildsOptions;

  constructor(options: MemoryBuildsOptions) {
    this.#options = options;
  }

  get running(): DrillBuild[] {
    return this.all.filter(({ endedAtMs }) => endedAtMs === null);
  }

  /** The port in the name of a process. */
  serviceFor(process: DrillProcess): BuildService {
    const failure = () => serviceFailed('The service did not answer: ServiceUnavailable.');
    return {
      start: (request) => process.call('build start', async () => this.#start(request), { failure }),
      find: (token) =>
        process.call('builds', async () => view(this.all.find((build) => build.token === token)) ?? null, {
          failure,
          notThere: () => null,
        }),
      get: (ids) =>
        process.call(
          'builds',
          async () => this.all.filter(({ id }) => ids.includes(id)).flatMap((one) => view(one) ?? []),
          {
            failure,
            notThere: () => [],
          },
        ),
      stop: (id) => process.call('builds', async () => this.stop(id), { failure }),
    };
  }

  #start(request: StartBuild): StartResult {
    const variables = withStartToken(request.variables, request.token);
    const known = this.all.find(({ token }) => token === request.token);
    if (known && JSON.stringify(known.variables) !== JSON.stringify(variables))
      throw serviceFailed('The token was used with other parameters.');
    if (known) return { kind: 'started', build: require(view(known)) };
    const { time, limit } = this.#options;
    if (this.running.length >= limit) return { kind: 'at-capacity', detail: `${limit} builds run.` };
    const build: DrillBuild = {
      id: `kiro-worker:${this.all.length + 1}`,
      token: request.token,
      variables,
      release: request.release,
      startedAtMs: time.now(),
      stop: new AbortController(),
      status: 'QUEUED',
      endedAtMs: null,
      isQueuedForEver: this.neverToBegin > 0,
    };
    this.all.push(build);
    if (build.isQueuedForEver) {
      this.neverToBegin -= 1;
      setTimeout(() => this.end(build, 'TIMED_OUT'), QUEUE_LIMIT_MS);
    } else setTimeout(() => void this.#run(build), QUEUE_MS);
    return { kind: 'started', build: require(view(build)) };
  }

  async #run(build: DrillBuild): Promise<void> {
    build.status = 'IN_PROGRESS';
    const { runWorker, killWorker } = this.#options;
    const limit = setTimeout(() => {
      this.end(build, 'TIMED_OUT');
      killWorker(build);
    }, TIME_LIMIT_MS);
    if (build.stop.signal.aborted) return;
    const exitCode = await runWorker(build).catch(() => 1);
    clearTimeout(limit);
    if (build.stop.signal.aborted) this.end(build, 'STOPPED');
    else this.end(build, exitCode === 0 ? 'SUCCEEDED' : 'FAILED');
  }

  /** Ends a build as the service does; only the first end counts. */
  end(build: DrillBuild, status: Build['status']): void {
    if (build.endedAtMs !== null) return;
    build.status = status;
    build.endedAtMs = this.#options.time.now();
    this.#options.onEnd(build);
  }

  /** Asks the worker to end, and ends it a minute later. */
  stop(id: string): void {
    const build = this.all.find((one) => one.id === id);
    if (build === undefined || build.endedAtMs !== null) return;
    build.stop.abort();
    setTimeout(() => {
      this.end(build, 'STOPPED');
      this.#options.killWorker(build);
    }, STOP_GRACE_MS);
  }
}

function view(build: DrillBuild | undefined): Build | null {
  if (build === undefined) return null;
  const { id, status, startedAtMs, endedAtMs, variables, isQueuedForEver } = build;
  const currentPhase = endedAtMs === null ? 'BUILD' : 'COMPLETED';
  const ended = endedAtMs !== null;
  const common = { id, status, ended, currentPhase, startedAtMs, endedAtMs, logsUrl: null, variables };
  return ended && isQueuedForEver ? { ...common, neverBegan: true } : common;
}

function require(build: Build | null): Build {
  if (build === null) throw new Error('The build has no record.');
  return build;
}

function serviceFailed(why: string): WorkerError {
  const what = 'CodeBuild could not answer.';
  return new WorkerError({ code: 'BUILD_SERVICE_FAILED', what, why, remedy: 'Nothing: the next poll asks again.' });
}
