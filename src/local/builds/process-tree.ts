import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSystemError } from '../../core/system-error.ts';

/** A process that a later one with the same number cannot be mistaken for. */
export interface ProcessRef {
  readonly pid: number;
  /** When the kernel says that it started, in the kernel's own notation. */
  readonly startedAt: string;
}

interface ProcessEntry extends ProcessRef {
  readonly parent: number;
  readonly group: number;
}

/** Returns a reference to a living process, null when there is none (a zombie counts as gone). */
export function processRef(pid: number): ProcessRef | null {
  const entry = process.platform === 'linux' ? readEntry(pid) : listProcesses().find((one) => one.pid === pid);
  return entry ? { pid, startedAt: entry.startedAt } : null;
}

/** Whether the very process that `ref` was taken from is still alive. */
export function isAlive(ref: ProcessRef): boolean {
  return processRef(ref.pid)?.startedAt === ref.startedAt;
}

/** Returns the living processes of the given process groups and all their descendants, also those that have left the
 *  group; a process whose parents are all gone and that has left the group cannot be found by anybody. */
export function processTree(groups: readonly number[], known: readonly ProcessRef[] = []): ProcessEntry[] {
  const all = listProcesses();
  const startedAt = new Map(known.map((ref) => [ref.pid, ref.startedAt]));
  const members = all.filter((one) => groups.includes(one.group) || startedAt.get(one.pid) === one.startedAt);
  const found = new Set(members);
  for (const parent of found) {
    for (const child of all) if (child.parent === parent.pid) found.add(child);
  }
  return [...found];
}

/** Ends process groups and their descendants: SIGTERM to the groups, and after `graceMs` SIGKILL to all that is left.
 *  Resolves when nothing of them lives, at the latest 2 s after the SIGKILL. */
export async function endProcessTree(groups: readonly number[], graceMs: number): Promise<void> {
  let known = processTree(groups);
  if (known.length === 0) return;
  for (const group of groups) signal(-group, 'SIGTERM');
  const killAtMs = performance.now() + graceMs;
  while (performance.now() < killAtMs && processTree(groups).length > 0) {
    await sleep(POLL_MS);
    known = processTree(groups, known);
  }
  const giveUpAtMs = performance.now() + 2000;
  while (known.length > 0 && performance.now() < giveUpAtMs) {
    for (const { pid } of known) signal(pid, 'SIGKILL');
    await sleep(POLL_MS);
    known = processTree(groups, known);
  }
}

const POLL_MS = process.platform === 'linux' ? 20 : 100;

function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch (error) {
    // ESRCH: gone meanwhile. EPERM: some members belong to another user; the others have got the signal.
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
}

function listProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return listWithPs();
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : []));
}

/** Fields of /proc/PID/stat as proc(5) counts them: 3 state, 4 parent, 5 group, 22 start time in ticks since boot. */
function readEntry(pid: number): ProcessEntry | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), startedAt: fields[19] ?? '' };
}

function listWithPs(): ProcessEntry[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith('Z')) return [];
    return { pid: Number(pid), parent: Number(parent), group: Number(group), startedAt: start.join(' ') };
  });
}
