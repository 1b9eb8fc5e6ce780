import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock'];

/** Returns a sentence for everything that an attempt left on the machine: processes and descriptors that know its root or mark,
 *  files that bear the mark, and whatever lies in its folder for temporary files. */
export function leftoversOf({ root, temporary, mark }: { root: string; temporary: string; mark: string }): string[] {
  return [
    ...readdirSync(temporary).map((name) => `${name} was left in the folder for temporary files`),
    ...SHARED_FOLDERS.flatMap((shared) =>
      namesIn(shared)
        .filter((name) => name.includes(mark))
        .map((name) => `${shared}/${name} was left`),
    ),
    ...processesWith([root, mark]).map((line) => `a program still runs: ${line}`),
    ...descriptorsBelow(root).map((target) => `a descriptor of ${target} is still open`),
  ];
}

/** Command lines of other processes that name one of these words in their arguments, environment or working folder. */
export function processesWith(words: readonly string[]): string[] {
  return namesIn('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    // The bundler of releases stays with this process.
    if (/\besbuild --service=/.test(read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))) return [];
    if (/^State:\s*[ZX]/m.test(read(`/proc/${pid}/status`))) return [];
    const line = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const texts = [line, read(`/proc/${pid}/environ`), linkOf(`/proc/${pid}/cwd`)];
    return texts.some((text) => words.some((word) => text.includes(word))) ? [`${pid} ${line}`.slice(0, 200)] : [];
  });
}

function descriptorsBelow(folder: string): string[] {
  return namesIn('/proc/self/fd')
    .map((name) => linkOf(`/proc/self/fd/${name}`))
    .filter((target) => `${target}/`.startsWith(folder + path.sep));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Not on this machine.
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ''; // Gone in the meantime, or not ours to look at.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Gone in the meantime, or not ours to look at.
  }
}
