import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { isSystemError } from '../../core/system-error.ts';

/** open(2)'s O_CLOEXEC as /proc/PID/fdinfo shows it, octal. */
const CLOSE_ON_EXEC = 0o2000000;
const FOLDER = '/proc/self/fdinfo';

/** Closes every descriptor above 2 that a child of this process would inherit, and returns their numbers: what a shell, a
 *  lock wrapper or a supervisor left open would reach untrusted programs. Node opens its own with close-on-exec, so it
 *  loses none. Closes nothing where there is no /proc (macOS). */
export function closeInheritedDescriptors(): number[] {
  let names: string[];
  try {
    names = readdirSync(FOLDER);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
  const inherited = names.map(Number).filter((descriptor) => descriptor > 2 && isInherited(descriptor));
  for (const descriptor of inherited) closeSync(descriptor);
  return inherited;
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${FOLDER}/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch (error) {
    // The one that the folder itself was read with.
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}
