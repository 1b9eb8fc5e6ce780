import { statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Says for people where the worker finds a program, and what `barrier` knows to keep untrusted programs from that path. */
export function describePlace(program: string, barrier: (path: string) => string | null = () => null): string {
  const path = findProgram(program);
  if (path === null) return 'it is in no folder of the PATH';
  const reason = barrier(path);
  return `it was found as ${path}${reason === null ? '' : `, but ${reason}`}`;
}

/** Returns a PATH without relative folders, and those in which every user could put a program: what it leads to, the worker runs itself. */
export function ownPath(path = process.env.PATH ?? '/usr/bin:/bin'): string {
  return path.split(delimiter).filter(isClosedToOthers).join(delimiter);
}

function isClosedToOthers(folder: string): boolean {
  if (!isAbsolute(folder)) return false;
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o002) === 0;
}

function findProgram(program: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}
