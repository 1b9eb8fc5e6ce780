import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, resolve, sep } from 'node:path';
import { isSystemError } from '../../../core/system-error.ts';

/** Home folders of this user, as the environment, where tools look, and as the account names it. */
export function ownHomes(): string[] {
  const named = [process.env.HOME ?? '', accountHome()].filter((path) => isAbsolute(path) && resolve(path) !== sep);
  return [...new Set(named.flatMap((path) => [resolve(path), realOf(path)]))];
}

/** Empty for a user number without an account. */
function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch (error) {
    if (isSystemError(error, 'ERR_SYSTEM_ERROR')) return '';
    throw error;
  }
}

/** The real path; the path itself when there is nothing. */
export function realOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
