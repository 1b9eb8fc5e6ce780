import type { PushResult } from '../../core/ports.ts';
import type { Git } from './git-process.ts';
import { gitFailed } from './git-process.ts';

/** Pushes `head` onto the head that is known of the remote branch, and only there: the server compares it too. Throws GIT_FAILED
 *  when `head` does not descend from the known one. */
export async function pushHead(
  git: Git,
  { branch, head, knownHead }: { branch: string; head: string; knownHead: string },
): Promise<PushResult> {
  const ref = `refs/heads/${branch}`;
  const before = await remoteHead(git, ref);
  if (before === head) return { kind: 'pushed' };
  if (before !== knownHead) return moved(git, ref, before);
  const descends = await git.run(['merge-base', '--is-ancestor', knownHead, head]);
  if (descends.exitCode !== 0)
    throw gitFailed(['push'], `${head} does not descend from ${knownHead}. ${descends.stderr}`);
  const lease = `--force-with-lease=${ref}:${knownHead}`;
  const answer = await git.run(['push', '--porcelain', lease, 'origin', `${head}:${ref}`]);
  const after = await remoteHead(git, ref);
  if (after === head) return { kind: 'pushed' };
  if (after !== before) return moved(git, ref, after);
  return { kind: 'refused', detail: lastLines(`${answer.stdout.toString('utf8')}\n${answer.stderr}`) };
}

/** Head of the ref with exactly this name: a pattern of ls-remote also fits names that only end in it. */
async function remoteHead(git: Git, ref: string): Promise<string | null> {
  const { stdout } = await git.must(['ls-remote', 'origin', ref]);
  for (const line of stdout.toString('utf8').split('\n')) {
    const [id = '', name] = line.split('\t');
    if (name === ref) return id;
  }
  return null;
}

async function moved(git: Git, ref: string, head: string | null): Promise<PushResult> {
  if (head === null) return { kind: 'moved', head, by: null };
  await git.run(['fetch', '--quiet', '--no-tags', 'origin', `+${ref}:refs/kiro-worker/moved`]);
  const author = await git.run(['log', '-1', '--format=%an <%ae>', head]);
  return { kind: 'moved', head, by: author.exitCode === 0 ? author.stdout.toString('utf8').trim() : null };
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-12).join('\n').slice(-2000);
}
