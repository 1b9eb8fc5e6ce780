import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerError } from '../../core/errors.ts';

const DEADLINE_MS = 60_000;

/** Process ids of everything that runs under a user id (real, effective or saved); zombies do not count. Linux only. */
export function processesOfUser(uid: number): number[] {
  return listProcesses().filter((pid) => usersOf(pid).includes(uid));
}

/** The user ids that anything runs under. Linux only. */
export function usersOfProcesses(): Set<number> {
  return new Set(listProcesses().flatMap(usersOf));
}

function usersOf(pid: number): number[] {
  const status = readProcessFile(pid, 'status');
  if (/^State:\s*[ZX]/m.test(status)) return [];
  return /^Uid:\s*(.+)$/m.exec(status)?.[1]?.split(/\s+/).map(Number) ?? [];
}

/** Process ids of everything that was started with this home folder, as far as this user may look. Linux only. */
export function processesOfHome(home: string): number[] {
  return processesWith(`\0HOME=${home}\0`);
}

/** As `processesOfHome`, for every home below `folder`. */
export function processesOfHomeBelow(folder: string): number[] {
  return processesWith(`\0HOME=${folder}/`);
}

/** Process ids of everything in another mount namespace that has `folder` as its /tmp, as far as this user may look. */
export function processesOfTemporary(folder: string): number[] {
  const own = statSync(folder, { throwIfNoEntry: false });
  return own === undefined ? [] : listProcesses().filter((pid) => isSameFolder(`/proc/${pid}/root/tmp`, own));
}

function isSameFolder(path: string, own: Stats): boolean {
  try {
    const { dev, ino } = statSync(path);
    return dev === own.dev && ino === own.ino;
  } catch {
    return false; // Gone in the meantime, or not ours to look at.
  }
}

function processesWith(variable: string): number[] {
  return listProcesses().filter((pid) => {
    if (pid === process.pid) return false;
    if (!`\0${readProcessFile(pid, 'environ')}`.includes(variable)) return false;
    return !/^State:\s*[ZX]/m.test(readProcessFile(pid, 'status'));
  });
}

/** Kills what `list` finds until it finds nothing. `strike` comes before each look: one signal to all at once, which a process
 *  that keeps moving to a new process id cannot outrun. Throws when something is still there after a minute. */
export async function killUntilNone(list: () => number[], strike?: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (let round = 1; ; round++) {
    await strike?.();
    const pids = list();
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
    if (performance.now() > deadline) throw notEnded(pids);
    await sleep(Math.min(round, 20));
  }
}

function notEnded(pids: readonly number[]): WorkerError {
  return new WorkerError({
    code: 'PROCESS_NOT_ENDED',
    what: `Untrusted processes cannot be ended: ${pids.join(', ')}.`,
    why: 'They are still there after a minute of SIGKILL.',
    remedy: 'End them by hand before another build runs on this machine.',
  });
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return []; // No /proc on this system.
  }
}

function readProcessFile(pid: number, file: 'status' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // Gone in the meantime, or not ours to look at.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in the meantime.
  }
}
