import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { killUntilNone, processesOfHomeBelow } from '../../adapters/process/process-table.ts';
import type { BuildStatus } from '../../core/ports/builds.ts';
import type { BuildRecord, BuildRecords } from './build-records.ts';
import { livingGroups, removeWorkFiles } from './build-run.ts';
import { folderOf, type Site } from './build-view.ts';
import { readStatus } from './phase-shell.ts';
import { endProcessTree, isAlive, processTree } from './process-tree.ts';
import { closeRecord } from './running-build.ts';

export interface BuildObserver extends Site {
  readonly records: BuildRecords;
  readonly stopGraceMs: number;
  readonly now: () => number;
}

/** Returns the record brought up to date. A build whose runner is gone stays in progress while its processes work, so
 *  that nobody starts a second build beside it; it is ended here when it was stopped or its time is up, and closed with
 *  what its commands left when none of its processes is alive, as FAULT when they left nothing. */
export async function settleRecord(record: BuildRecord, observer: BuildObserver): Promise<BuildRecord> {
  if (record.endedAtMs !== null || isAlive(record.runner)) return record;
  const groups = livingGroups(record);
  const isAtWork = processTree(groups).length > 0;
  const folder = folderOf(record.id, observer);
  const status = statusOf(record, { isAtWork, nowMs: observer.now(), left: leftBy(record, folder) });
  if (status === 'IN_PROGRESS') return record;
  await endProcessTree(groups, observer.stopGraceMs);
  await endStrays(folder);
  await removeWorkFiles(folder);
  return observer.records.update(record.id, (last) =>
    last.endedAtMs === null ? closeRecord(last, { status, endedAtMs: observer.now() }) : last,
  );
}

/** Untrusted programs whose home lies in the build's source folder: those that have left its process groups. */
async function endStrays(folder: string): Promise<void> {
  const source = join(folder, 'src');
  const folders = existsSync(source) ? [source, realpathSync(source)] : [];
  await killUntilNone(() => folders.flatMap(processesOfHomeBelow));
}

/** Exit status of the commands that the build is for; null in another phase, and when they could not say. */
function leftBy({ currentPhase }: BuildRecord, folder: string): number | null {
  return currentPhase === 'BUILD' ? readStatus(join(folder, 'phases', 'build')) : null;
}

function statusOf(
  record: BuildRecord,
  { isAtWork, nowMs, left }: { isAtWork: boolean; nowMs: number; left: number | null },
): BuildStatus {
  if (record.stopAsked) return 'STOPPED';
  if (nowMs >= record.timeoutAtMs) return 'TIMED_OUT';
  if (isAtWork) return 'IN_PROGRESS';
  if (left === null) return 'FAULT';
  return left === 0 ? 'SUCCEEDED' : 'FAILED';
}
