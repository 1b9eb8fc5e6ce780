import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { type Git, gitFailed } from './git-process.ts';

/** Fetches the branches with exactly these names. Throws BRANCH_MISSING (the first that is not there), GIT_FAILED. */
export async function fetchBranches(
  git: Git,
  { names, gitDirectory }: { names: readonly string[]; gitDirectory: string },
): Promise<void> {
  const specs = names.map((name) => `+refs/heads/${name}:${fetchedRef(name)}`);
  const { exitCode, stderr } = await git.run(['fetch', '--quiet', '--no-tags', 'origin', ...specs]);
  const missing = /couldn't find remote ref refs\/heads\/(.+)/i.exec(stderr)?.[1]?.trim();
  if (missing !== undefined) throw branchMissing(missing);
  if (exitCode !== 0) throw gitFailed(['fetch'], stderr);
  // For `refs/heads/x` git also takes the branch `refs/heads/x`, in full `refs/heads/refs/heads/x`.
  const fetched = await readFile(path.join(gitDirectory, 'FETCH_HEAD'), 'utf8');
  const other = names.find((name) => !fetched.includes(`\tbranch '${name}' of `));
  if (other !== undefined) throw branchMissing(other);
}

function branchMissing(missing: string): WorkerError {
  return new WorkerError({
    code: 'BRANCH_MISSING',
    what: `The branch "${missing}" is not in the repository (any more).`,
    remedy: 'Push the branch, or correct the Branch field of the card.',
  });
}

/** Commit that a fetched branch is at. */
export async function headOfFetched(git: Git, name: string): Promise<string> {
  return (await git.must(['rev-parse', '--verify', `${fetchedRef(name)}^{commit}`])).stdout.toString('latin1').trim();
}

/** Commit where the first commit's history left the second's; the second itself when they have none in common. */
export async function mergeBaseOf(git: Git, [head, other]: readonly [head: string, other: string]): Promise<string> {
  const { exitCode, stdout, stderr } = await git.run(['merge-base', head, other]);
  if (exitCode > 1) throw gitFailed(['merge-base'], stderr);
  return exitCode === 1 ? other : stdout.toString('latin1').trim();
}

function fetchedRef(name: string): string {
  return `refs/remotes/origin/${name}`;
}
