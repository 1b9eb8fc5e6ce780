import { WorkerError } from '../../core/errors.ts';
import { type Git, gitFailed } from './git-process.ts';

/** Fetches branches of the remote repository. Throws BRANCH_MISSING (the first that is not there), GIT_FAILED. */
export async function fetchBranches(git: Git, names: readonly string[]): Promise<void> {
  const specs = names.map((name) => `+refs/heads/${name}:${fetchedRef(name)}`);
  const { exitCode, stderr } = await git.run(['fetch', '--quiet', '--no-tags', 'origin', ...specs]);
  if (exitCode === 0) return;
  const missing = /couldn't find remote ref refs\/heads\/(.+)/i.exec(stderr)?.[1]?.trim();
  if (missing === undefined) throw gitFailed(['fetch'], stderr);
  throw new WorkerError({
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
