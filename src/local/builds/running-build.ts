import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFile } from '../../adapters/local/private-files.ts';
import { freeSpace, isDiskFull } from '../../core/disk-full.ts';
import { errorMessage } from '../../core/errors.ts';
import type { BuildStatus } from '../../core/ports/builds.ts';
import type { BuildRecord, BuildRecords } from './build-records.ts';
import { type BuildRun, runBuild } from './build-run.ts';
import { openLogTail } from './log-tail.ts';

export interface RunningBuild {
  /** Asks the build to end; `ended` resolves when it has. */
  stop(): void;
  /** The closed record, once none of its processes is alive. */
  readonly ended: Promise<BuildRecord>;
}

export type RunningBuildRequest = Omit<BuildRun, 'signal' | 'read' | 'change'> & {
  readonly records: BuildRecords;
  readonly buildTimeoutMs: number;
  readonly onOutput?: ((buildId: string, line: string) => void) | undefined;
};

/** Runs a recorded build in the background: time-out, stop (also when another process asks), output, closing. */
export function startBuild(request: RunningBuildRequest): RunningBuild {
  const { record, records, folder, onOutput, buildTimeoutMs } = request;
  const { id } = record;
  const logFile = join(folder, 'build.log');
  makePrivateFile(logFile);
  const tail = onOutput ? openLogTail(logFile, (line) => onOutput(id, line)) : null;
  const ending = new AbortController();
  const timeout = setTimeout(
    () => ending.abort('TIMED_OUT' satisfies BuildStatus),
    Math.min(buildTimeoutMs, LONGEST_TIMER_MS),
  );
  const stop = () => ending.abort('STOPPED' satisfies BuildStatus);
  const tick = setInterval(() => {
    tail?.read();
    if (records.get(id)?.stopAsked) stop();
  }, TICK_MS);
  const run = {
    ...request,
    signal: ending.signal,
    read: () => records.get(id) ?? record,
    change: (change: Change) => records.update(id, change),
  };
  const ended = runBuild(run)
    .catch((error: unknown): BuildStatus => {
      noteFailure(logFile, error);
      return 'FAULT';
    })
    .then((status) => {
      clearTimeout(timeout);
      clearInterval(tick);
      tail?.end();
      return records.update(id, (last) => closeRecord(last, { status, endedAtMs: request.now() }));
    });
  return { stop, ended };
}

/** The work files are gone by now, so that there is mostly space again. */
function noteFailure(logFile: string, error: unknown): void {
  const remedy = isDiskFull(error) ? `\n${freeSpace(dirname(logFile))}` : '';
  try {
    appendFileSync(logFile, `[Container] The build runner failed: ${errorMessage(error)}${remedy}\n`);
  } catch (failure) {
    if (!isDiskFull(failure)) throw failure;
  }
}

/** Returns the record of a build that is over. */
export function closeRecord(record: BuildRecord, end: { status: BuildStatus; endedAtMs: number }): BuildRecord {
  return { ...record, ...end, currentPhase: 'COMPLETED' };
}

type Change = (record: BuildRecord) => BuildRecord;

const TICK_MS = 100;

/** Timers of more than 31 bits fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
