import type { PushOptions, PushResult } from '../../core/ports/repository.ts';
import type { Git } from './git-process.ts';
import { gitFailed } from './git-process.ts';
import { refusalOf } from './push-answer.ts';
import { lookTwice, type Patience, retryPassing } from './retry.ts';
import { passing, throwFailure } from './server-failure.ts';

interface Push extends PushOptions {
  readonly branch: string;
  readonly head: string;
  readonly knownHead: string;
  /** Asks whether the push would be taken, and changes nothing. Rules that look at what is pushed do not answer to it. */
  readonly isTrial?: boolean;
}

interface Server {
  readonly git: Git;
  readonly patience: Patience;
}

/** Where the local head stands while it is pushed: a pattern reaches exactly one branch, while a plain name may fit several of the
 *  server's. */
const PUSHED_REFS = 'refs/kiro-worker/push/';

/** Pushes `head` onto the head that is known of the remote branch, and only there: the server compares it too. A push whose answer
 *  was lost is done. Throws GIT_FAILED when `head` does not descend from the known one, GIT_UNAVAILABLE, SECRET_INVALID and
 *  REPOSITORY_MOVED. */
export async function pushHead(server: Server, push: Push): Promise<PushResult> {
  const { git, patience } = server;
  const { branch, head, knownHead, signal } = push;
  const descends = await git.run(['merge-base', '--is-ancestor', knownHead, head]);
  if (descends.exitCode !== 0)
    throw gitFailed(['push'], `${head} does not descend from ${knownHead}. ${descends.stderr}`);
  await git.must(['update-ref', '--no-deref', `${PUSHED_REFS}${branch}`, head]);
  return retryPassing(patience, { attempt: () => pushOnce(server, push), signal });
}

async function pushOnce({ git, patience }: Server, push: Push): Promise<PushResult> {
  const { branch, head, knownHead, signal, confirm, isTrial = false } = push;
  const ref = `refs/heads/${branch}`;
  const before = await lookTwice(patience, { look: () => remoteHead(git, ref), signal });
  if (before === head && !isTrial) return { kind: 'pushed' };
  if (before !== knownHead) return moved(git, { ref, head: before });
  await confirm?.();
  const options = ['--porcelain', '--no-follow-tags', `--force-with-lease=${ref}:${knownHead}`];
  const trial = isTrial ? ['--dry-run'] : [];
  const answer = await git.run(['push', ...trial, ...options, 'origin', `${PUSHED_REFS}*:refs/heads/*`]);
  if (isTrial && answer.exitCode === 0) return { kind: 'pushed' };
  const after = await lookTwice(patience, { look: () => remoteHead(git, ref), signal });
  if (after === head && !isTrial) return { kind: 'pushed' };
  if (after !== knownHead) return moved(git, { ref, head: after });
  if (answer.exitCode === 0) throw passing('push', 'The server took the push, but does not show it.');
  return refusalOf(answer, branch);
}

/** Head of the ref with exactly this name, null when the server lists none: a pattern of ls-remote also fits names that only end in
 *  it. Throws a PassingFault, and final errors. */
export async function remoteHead(git: Git, ref: string): Promise<string | null> {
  const answer = await git.run(['ls-remote', 'origin', ref]);
  if (answer.exitCode !== 0) throwFailure('ls-remote', answer);
  for (const line of answer.stdout.toString('utf8').split('\n')) {
    const [id = '', name] = line.split('\t');
    if (name === ref) return id;
  }
  return null;
}

async function moved(git: Git, { ref, head }: { ref: string; head: string | null }): Promise<PushResult> {
  if (head === null) return { kind: 'moved', head, by: null };
  await git.run(['fetch', '--quiet', '--no-tags', 'origin', `+${ref}:refs/kiro-worker/moved`]);
  const author = await git.run(['log', '-1', '--format=%an <%ae>', head]);
  return { kind: 'moved', head, by: author.exitCode === 0 ? author.stdout.toString('utf8').trim() : null };
}
