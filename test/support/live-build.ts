import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openBuildRecords } from '../../src/local/builds/build-records.ts';
import { processTree } from '../../src/local/builds/process-tree.ts';
import type { TestSystem } from './system/test-system.ts';

/** A line of a build's log that is a record of the worker. */
export interface LogRecord {
  readonly message: string;
  readonly phase?: string;
  readonly text?: string;
  readonly n?: number;
}

/** Calls `act` once, at the first record of any build's log that `wanted` names, 2 ms late at most. Returns how to stop. */
export function onceLogged(
  system: TestSystem,
  { wanted, act }: { wanted: (record: LogRecord) => boolean; act: (buildId: string) => unknown },
): { stop: () => void; happened: Promise<void> } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const seen = new Map<string, number>();
  const folder = path.join(system.dataDirectory, 'builds');
  const timer = setInterval(() => {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const id = `${system.machine.builds.project}:${name}`;
      const lines = readLog(system, id).split('\n').slice(0, -1);
      const fresh = lines.slice(seen.get(id) ?? 0);
      seen.set(id, lines.length);
      if (!fresh.map(parseRecord).some((record) => record !== null && wanted(record))) continue;
      clearInterval(timer);
      Promise.resolve(act(id)).then(() => resolve(), reject);
      return;
    }
  }, 2);
  return { stop: () => clearInterval(timer), happened: promise };
}

/** Ends the worker of every running build with SIGKILL, with all that it started unless `alone` (then git may finish
 *  what it is at). Returns how many workers there were. */
export function killWorkers(system: TestSystem, { alone = false }: { alone?: boolean } = {}): number {
  const victims = records(system).map(({ groups }) => {
    const leaders = groups.map(({ pid }) => pid);
    const tree = processTree(leaders).filter(({ pid }) => !leaders.includes(pid));
    const workers = tree.filter(({ pid, parent }) => leaders.includes(parent) && isWorker(pid));
    return { workers: workers.length, pids: (alone || workers.length === 0 ? workers : tree).map(({ pid }) => pid) };
  });
  for (const pid of victims.flatMap(({ pids }) => pids)) kill(pid);
  return victims.reduce((sum, { workers }) => sum + workers, 0);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function records(system: TestSystem) {
  const opened = openBuildRecords(path.join(system.dataDirectory, 'builds'));
  try {
    return opened.listRunning();
  } finally {
    opened.close();
  }
}

function readLog(system: TestSystem, buildId: string): string {
  try {
    return readFileSync(
      path.join(system.dataDirectory, 'builds', buildId.slice(buildId.indexOf(':') + 1), 'build.log'),
      'utf8',
    );
  } catch {
    return '';
  }
}

function parseRecord(line: string): LogRecord | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as LogRecord;
  } catch {
    return null;
  }
}

function isWorker(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker/main.mjs');
  } catch {
    return false;
  }
}
