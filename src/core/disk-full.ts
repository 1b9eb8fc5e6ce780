import { errorMessage } from './errors.ts';

/** Tells whether something failed because a disk is full, or a quota is used up: here, in git, or in SQLite. */
export function isDiskFull(error: unknown): boolean {
  return /\bENOSPC\b|\bEDQUOT\b|no space left on device|disk quota exceeded|database or disk is full/i.test(
    errorMessage(error),
  );
}

/** What to do about a full disk; `place` is a path on it. */
export function freeSpace(place: string): string {
  return `Free space at ${place} ("df ${place}" shows how much there is); the next poll goes on by itself.`;
}
