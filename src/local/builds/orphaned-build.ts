import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { killUntilNone, processesOfHomeBelow } from '../../adapters/process/process-table.ts';
import type { BuildStatus } from '../../core/ports/builds.ts';
import type { BuildRecord, BuildRecords } from './build-records.ts';
import { livingGroups, removeWorkFiles } from './build-run.ts';
import { folderOf, type Site } from './build-view.ts';
import { endProcessTree, isAlive, processTree } from './process-tree.ts';
import { closeRecord } from './running-build.ts';

export interface BuildObserver extends Site {
  readonly records: BuildRecords;
  readonly stopGraceMs: number;
  readonly now: () => number;
}

/** Returns the record brought up to date. A build whose runner is gone stays in progress while its processes work, so
 *  that nobody starts a second build beside it; it is ended here when it was stopped or its time is up, and closed as
 *  FAULT when none of its processes is alive. */
export async function settleRecord(record: BuildRecord, observer: BuildObserver): Promise<BuildRecord> {
  if (record.endedAtMs !== null || isAlive(record.runner)) return record;
  const groups = livingGroups(record);
  const isAtWork = processTree(groups).length > 0;
  const status = statusOf(record, { isAtWork, nowMs: observer.now() });
  if (status === 'IN_PROGRESS') return record;
  await endProcessTree(groups, observer.stopGraceMs);
  await endStrays(folderOf(record.id, observer));
  await removeWorkFiles(folderOf(record.id, observer));
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

function statusOf(record: BuildRecord, { isAtWork, nowMs }: { isAtWork: boolean; nowMs: number }): BuildStatus {
  if (record.stopAsked) return 'STOPPED';
  if (nowMs >= record.timeoutAtMs) return 'TIMED_OUT';
  return isAtWork ? 'IN_PROGRESS' : 'FAULT';
}
