import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../../../core/system-error.ts';

/** Returns whether a path that an agent names lies in the workspace, whatever links lead there. What need not exist yet is judged by the
 *  deepest folder of it that does; a path with `..` or with a NUL in it is not followed. */
export function isInWorkspace(workspace: string, named: string): boolean {
  if (named === '' || named.includes('\0') || named.split(/[/\\]/).includes('..')) return false;
  const root = realpathSync(workspace);
  const real = realPathOf(path.resolve(root, named));
  return real === root || (real?.startsWith(`${root}${path.sep}`) ?? false);
}

/** Null where it leads nowhere that can be told: a circle of links, a dangling link, a file with something below it. */
function realPathOf(file: string): string | null {
  const rest: string[] = [];
  for (let at = file; ; at = path.dirname(at)) {
    try {
      return path.join(realpathSync(at), ...rest);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT') || isDangling(at) || at === path.dirname(at)) return null;
      rest.unshift(path.basename(at));
    }
  }
}

/** The link itself is there, what it points at is not: whoever writes to it makes that. */
function isDangling(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
