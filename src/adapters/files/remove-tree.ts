import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isSystemError } from '../../core/system-error.ts';
import { runSubprocess } from '../process/subprocess.ts';

const SEPARATOR = 0x2f;
const LONGEST_MS = 10 * 60_000;

/** Removes a file or a tree that untrusted programs may have made: names are bytes, it may be deeper than a path may be
 *  long, and its folders may be closed to their owner. What is not there is removed already. Nothing may change the tree
 *  meanwhile. */
export async function removeTree(path: string | Buffer): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!isSystemError(error, 'ENAMETOOLONG', 'EACCES', 'EPERM', 'ENOTEMPTY')) throw error;
    await removeUnkindTree(Buffer.from(path));
  }
}

/** chmod(1) and rm(1) go down folder by folder. The tree gets a name of ours, since a command line holds no bytes that are
 *  not UTF-8. */
async function removeUnkindTree(path: Buffer): Promise<void> {
  const parent = path.subarray(0, path.lastIndexOf(SEPARATOR) + 1);
  const name = `removed-${randomBytes(8).toString('hex')}`;
  renameSync(path, Buffer.concat([parent, Buffer.from(name)]));
  const request = { cwd: parent.toString(), env: { PATH: '/usr/bin:/bin' }, timeoutMs: LONGEST_MS };
  await runSubprocess({ ...request, command: ['chmod', '-R', 'u+rwX', '--', name] });
  const { exitCode, stderrTail } = await runSubprocess({ ...request, command: ['rm', '-rf', '--', name] });
  if (exitCode !== 0) throw new Error(`${path.toString()} could not be removed: ${stderrTail.trim()}`);
}
