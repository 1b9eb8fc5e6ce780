import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../../../src/core/system-error.ts';
import { openBuildRecords } from '../../../src/local/builds/build-records.ts';
import { processTree } from '../../../src/local/builds/process-tree.ts';

const PERIOD_MS = 500;

/** Watches the memory of all processes of the builds in a data folder. Returns how to stop, which gives the most that they
 *  had at once, in bytes: the sum of what each shares fairly with others (PSS), seen twice a second. */
export function watchMemory(dataDirectory: string): () => number {
  let peak = 0;
  const look = () => {
    const records = openBuildRecords(path.join(dataDirectory, 'builds'));
    try {
      const groups = records.listRunning().flatMap((record) => record.groups.map(({ pid }) => pid));
      const now = groups.length === 0 ? 0 : processTree(groups).reduce((sum, { pid }) => sum + memoryOf(pid), 0);
      peak = Math.max(peak, now);
    } finally {
      records.close();
    }
  };
  const timer = setInterval(look, PERIOD_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** 0 for a process that is gone. */
function memoryOf(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ESRCH')) return 0;
    throw error;
  }
}
