import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../../..');

export interface Clone {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Makes what `git clone` and `npm ci` would: every file that git knows (or would take), and the packages; nothing that
 *  was built here. */
export async function makeClone(): Promise<Clone> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-clone-'));
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', listing, { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    // A file deleted here but still known to git is not part of a clone either.
    await cp(path.join(ROOT, file), path.join(folder, file)).catch(ignoreMissing);
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
