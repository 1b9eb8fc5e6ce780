import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkerError } from '../../../core/errors.ts';
import { type Git, gitFailed } from '../git-process.ts';
import { passing, throwFailure } from './failure.ts';
import { remoteRef } from './push.ts';
import { lookTwice, type Patience, patienceWith, retryPassing } from './retry.ts';

/** A line of FETCH_HEAD. https://git-scm.com/docs/git-fetch#_output */
const FETCHED_BRANCH = /^([0-9a-f]{40,64})\t(?:not-for-merge)?\tbranch '(.*)' of /gm;

export interface Fetch {
  readonly names: readonly string[];
  readonly gitDirectory: string;
  readonly patience: Patience;
  readonly signal?: AbortSignal | undefined;
}

/** Fetches the branches with exactly these names, their whole history and the tags in it, so that nothing is fetched later. Returns
 *  the commit of each. Throws BRANCH_MISSING (the first that is not there at a second look either), GIT_UNAVAILABLE, and final
 *  refusals. */
export async function fetchBranches(git: Git, fetch: Fetch): Promise<(name: string) => string> {
  const { patience, signal } = fetch;
  const heads = await retryPassing(patience, { attempt: () => fetchOnce(git, fetch), signal });
  await git.must(['pack-refs', '--all']);
  return (name) => {
    const head = heads.get(name);
    if (head === undefined) throw new Error(`${name} was not fetched.`);
    return head;
  };
}

async function fetchOnce(
  git: Git,
  { names, gitDirectory, patience, signal }: Fetch,
): Promise<ReadonlyMap<string, string>> {
  const specs = names.map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
  // Progress shows that the server is still at work.
  const answer = await git.run(['fetch', '--progress', 'origin', ...specs]);
  let missing = /couldn't find remote ref refs\/heads\/(.+)/i.exec(answer.stderr)?.[1]?.trim();
  if (answer.exitCode !== 0 && missing === undefined) throwFailure('fetch', answer);
  const heads = new Map<string, string>();
  if (answer.exitCode === 0) {
    // For `refs/heads/x` git also takes the branch `refs/heads/x`, in full `refs/heads/refs/heads/x`.
    const fetched = await readFile(path.join(gitDirectory, 'FETCH_HEAD'), 'utf8');
    for (const [, id = '', name = ''] of fetched.matchAll(FETCHED_BRANCH)) heads.set(name, id);
    missing = names.find((name) => !heads.has(name));
  }
  if (missing === undefined) return heads;
  const ref = `refs/heads/${missing}`;
  const look = () => remoteRef(git, ref);
  const { head } = await lookTwice(patience, { look, isThere: (seen) => seen.head !== null, signal });
  if (head === null) throw branchMissing(missing);
  throw passing('fetch', `The server listed ${ref} and did not give it.`);
}

/** Fetches one commit (by ref or id) of another repository, without its history, to FETCH_HEAD. Throws GIT_FAILED when there is none
 *  at a second look either, GIT_UNAVAILABLE, and final refusals. */
export async function fetchCommit(
  git: Git,
  {
    source,
    ref,
    patience = patienceWith(source),
    signal,
  }: { source: string; ref: string; patience?: Patience; signal?: AbortSignal | undefined },
): Promise<void> {
  const args = ['fetch', '--quiet', '--no-tags', '--depth=1', '--', source, ref];
  /** What git says of a commit that is not there; null when it was fetched. */
  const attempt = async () => {
    const answer = await git.run(args);
    if (NOT_THERE.test(answer.stderr)) return answer.stderr;
    if (answer.exitCode !== 0) throwFailure('fetch', answer);
    return null;
  };
  const look = () => retryPassing(patience, { attempt, signal });
  const said = await lookTwice(patience, { look, isThere: (refusal) => refusal === null, signal });
  if (said !== null) throw gitFailed(args, said);
}

/** Words of git for a ref, and of servers for an id (upload-pack.c, fetch-pack.c). */
const NOT_THERE = /couldn't find remote ref|upload-pack: not our ref|request for unadvertised object/;

function branchMissing(missing: string): WorkerError {
  return new WorkerError({
    code: 'BRANCH_MISSING',
    what: `The branch "${missing}" is not in the repository (any more).`,
    remedy: 'Push the branch, or correct the Branch field of the card.',
  });
}

/** Commit where the first commit's history left the second's; the second itself when they have none in common. */
export async function mergeBaseOf(git: Git, [head, other]: readonly [head: string, other: string]): Promise<string> {
  const { exitCode, stdout, stderr } = await git.run(['merge-base', head, other]);
  if (exitCode > 1) throw gitFailed(['merge-base'], stderr);
  return exitCode === 1 ? other : stdout.toString('latin1').trim();
}
