import { userInfo } from 'node:os';
import { isSystemError } from '../../src/core/system-error.ts';

/** Returns the name of the user of this machine; null where there is none: some containers run under a user id without a name. */
export function userName(): string | null {
  try {
    return userInfo().username;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
