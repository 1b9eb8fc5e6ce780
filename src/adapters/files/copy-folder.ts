import { execa } from 'execa';
import { WorkerError } from '../../core/errors.ts';

const TIMEOUT_MS = 1_800_000;
/** By itself `-a` links the copies of one file to each other again. */
const COREUTILS = ['-a', '--no-preserve=links', '--reflink=auto'];
/** Clones of APFS, where it can. */
const MACOS = ['-cpPR'];
const POSIX = ['-pPR'];

/** The system's own program, without the worker's environment. */
const ALONE = { reject: false, stdin: 'ignore', extendEnv: false, env: { PATH: '/usr/bin:/bin' } } as const;

let options: Promise<readonly string[]> | undefined;

/** Copies a folder to a place where nothing is yet, with modes and times, and as root with owners. Links are copied as links, pipes as
 *  pipes. No inode is shared, though the file system may share blocks. Throws WORKSPACE_NOT_COPIED. */
export async function copyFolder(from: string, to: string): Promise<void> {
  options ??= findOptions();
  const result = await execa('cp', [...(await options), '--', from, to], {
    ...ALONE,
    timeout: TIMEOUT_MS,
  });
  if (result.exitCode === 0) return;
  throw new WorkerError({
    code: 'WORKSPACE_NOT_COPIED',
    what: 'What the install command left could not be copied for the steps that follow.',
    why: result.timedOut ? 'It took too long.' : (result.stderr || String(result.shortMessage)).slice(-2000),
    remedy:
      'Look for a full disk, and in what the install command leaves for files that nobody may read and folders too deep to copy.',
  });
}

async function findOptions(): Promise<readonly string[]> {
  if (process.platform === 'darwin') return MACOS;
  const { stdout } = await execa('cp', ['--version'], ALONE);
  return /coreutils/.test(stdout) ? COREUTILS : POSIX;
}
