import { type Stats, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { isSystemError } from '../../../core/system-error.ts';

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
  const mode = look(folder)?.mode;
  return mode !== undefined && (mode & 0o002) === 0;
}

function findProgram(program: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  const found = look(path);
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}

/** Nothing where this process may not even look: it finds no program there either. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (isSystemError(error, ...SEEN_NOTHING)) return undefined;
    throw error;
  }
}

const SEEN_NOTHING = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];
