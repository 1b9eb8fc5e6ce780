import type { PushOptions, PushRefusal, PushResult } from '../../../core/ports/repository.ts';
import type { Git } from '../git-process.ts';
import { gitFailed } from '../git-process.ts';
import { passing, throwFailure } from './failure.ts';
import { refusalOf } from './push-answer.ts';
import { lookTwice, type Patience, retryPassing } from './retry.ts';

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

/** Pushes `head` onto the head that is known of the remote branch, and only there: the server compares it too. A push whose answer
 *  was lost is done. Throws GIT_FAILED when `head` does not descend from the known one, GIT_UNAVAILABLE, SECRET_INVALID and
 *  REPOSITORY_MOVED. */
export async function pushHead(server: Server, push: Push): Promise<PushResult> {
  const { git, patience } = server;
  const { head, knownHead, signal } = push;
  const descends = await git.run(['merge-base', '--is-ancestor', knownHead, head]);
  if (descends.exitCode !== 0)
    throw gitFailed(['push'], `${head} does not descend from ${knownHead}. ${descends.stderr}`);
  return retryPassing(patience, { attempt: () => pushOnce(server, push), signal });
}

async function pushOnce(server: Server, push: Push): Promise<PushResult> {
  const { branch, head, knownHead, confirm, isTrial = false } = push;
  const ref = `refs/heads/${branch}`;
  const before = await lookAt(server, push);
  if (before.head === head && !isTrial) return { kind: 'pushed' };
  if (before.head !== knownHead) return moved(server.git, { ref, head: before.head });
  if (before.twins.length > 0) return twinRefusal(ref, before.twins);
  await confirm?.();
  const options = ['--porcelain', `--force-with-lease=${ref}:${knownHead}`, ...(isTrial ? ['--dry-run'] : [])];
  const answer = await server.git.run(['push', ...options, 'origin', `${head}:${ref}`]);
  if (isTrial && answer.exitCode === 0) return { kind: 'pushed' };
  const after = await lookAt(server, push);
  if (after.head === head && !isTrial) return { kind: 'pushed' };
  if (after.head !== knownHead) return moved(server.git, { ref, head: after.head });
  if (answer.exitCode === 0) throw passing('push', 'The server took the push, but does not show it.');
  return refusalOf(answer, branch);
}

/** The branch as the server lists it; one that is gone is looked for again. */
function lookAt({ git, patience }: Server, { branch, signal }: Push): Promise<RemoteRef> {
  const look = () => remoteRef(git, `refs/heads/${branch}`);
  return lookTwice(patience, { look, isThere: ({ head }) => head !== null, signal });
}

interface RemoteRef {
  /** Null when the server lists no ref of exactly this name. */
  readonly head: string | null;
  /** Refs that git takes for the same one when it pushes. */
  readonly twins: readonly string[];
}

/** Returns the ref with exactly this name: a pattern of ls-remote also fits names that only end in it. Throws a PassingFault, and final
 *  errors. */
export async function remoteRef(git: Git, ref: string): Promise<RemoteRef> {
  const answer = await git.run(['ls-remote', 'origin', ref]);
  if (answer.exitCode !== 0) throwFailure('ls-remote', answer);
  const lines = answer.stdout.toString('utf8').split('\n');
  const heads = new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]));
  const twins = [`refs/heads/${ref}`, `refs/tags/${ref}`].filter((name) => heads.has(name));
  return { head: heads.get(ref) ?? null, twins };
}

/** `git push` takes `refs/heads/x` for short for `refs/heads/refs/heads/x` as well, and refuses to choose (count_refspec_match in git's
 *  remote.c). */
function twinRefusal(ref: string, twins: readonly string[]): PushRefusal {
  const names = twins.join(' and ');
  const detail = `The repository also has ${names}; beside it git cannot push to ${ref}.`;
  const remedy = `Delete or rename ${names} (git push origin --delete ${twins.join(' ')}), then move the card back.`;
  return { kind: 'refused', because: 'rule', text: detail, detail, remedy };
}

async function moved(git: Git, { ref, head }: { ref: string; head: string | null }): Promise<PushResult> {
  if (head === null) return { kind: 'moved', head, by: null };
  await git.run(['fetch', '--quiet', '--no-tags', 'origin', `+${ref}:refs/kiro-worker/moved`]);
  const author = await git.run(['log', '-1', '--format=%an <%ae>', head]);
  return { kind: 'moved', head, by: author.exitCode === 0 ? author.stdout.toString('utf8').trim() : null };
}
