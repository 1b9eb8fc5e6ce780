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

/** Returns the record as it is in truth: one whose runner is gone stays in progress while its processes work (so that
 *  nobody starts a second build beside it), is ended here when it was stopped or its time is up, and is closed as
 *  FAULT when nothing of it lives. */
export async function settleRecord(record: BuildRecord, bystander: BuildObserver): Promise<BuildRecord> {
  if (record.endedAtMs !== null || isAlive(record.runner)) return record;
  const groups = livingGroups(record);
  const lives = processTree(groups).length > 0;
  const status = statusOf(record, { lives, nowMs: bystander.now() });
  if (status === 'IN_PROGRESS') return record;
  await endProcessTree(groups, bystander.stopGraceMs);
  removeWorkFiles(folderOf(record.id, bystander));
  return bystander.records.update(record.id, (last) =>
    last.endedAtMs === null ? closeRecord(last, { status, endedAtMs: bystander.now() }) : last,
  );
}

function statusOf(record: BuildRecord, { lives, nowMs }: { lives: boolean; nowMs: number }): BuildStatus {
  if (record.stopAsked) return 'STOPPED';
  if (nowMs >= record.timeoutAtMs) return 'TIMED_OUT';
  return lives ? 'IN_PROGRESS' : 'FAULT';
}
