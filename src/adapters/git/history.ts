import type { BranchCommit } from '../../core/ports/repository.ts';
import type { Git } from './git-process.ts';
import { splitNul, textOfPath } from './path-bytes.ts';

/** Commits of HEAD since another, oldest first, with their trailers. */
export async function readCommits(git: Git, since: string): Promise<BranchCommit[]> {
  const format = '%H%x1f%P%x1f%(trailers:unfold=true,only=true,separator=%x1e)';
  const { stdout } = await git.must(['log', '--reverse', '-z', `--format=${format}`, `${since}..HEAD`]);
  return splitNul(stdout).map((entry) => parseLogEntry(textOfPath(entry)));
}

/** Unified diff between a commit and HEAD. */
export async function readDiff(git: Git, since: string): Promise<string> {
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', since, 'HEAD'];
  return (await git.must(args)).stdout.toString('utf8');
}

/** Paths that differ between two commits; with `linesMatch`, only those that the second has and whose changed lines match it,
 *  also in files that attributes call binary. */
export async function readChangedFiles(
  git: Git,
  { since, until = 'HEAD', linesMatch }: { since: string; until?: string; linesMatch?: string },
): Promise<string[]> {
  const matching = linesMatch === undefined ? [] : ['--text', '--no-textconv', '--diff-filter=d', `-G${linesMatch}`];
  const args = ['diff', '--no-ext-diff', '--no-renames', '--name-only', '-z', ...matching, since, until];
  return splitNul((await git.must(args)).stdout).map(textOfPath);
}

function parseLogEntry(entry: string): BranchCommit {
  const [id = '', parents = '', lines = ''] = entry.trim().split('\x1f');
  const pairs = lines.split('\x1e').flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
  });
  return { id, parent: parents.split(' ')[0] || null, trailers: new Map(pairs) };
}
