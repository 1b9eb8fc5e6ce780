import type { FeedScanner } from '../../core/gates/secret-scanner.ts';
import type { CommitResult, CommitText } from '../../core/ports/repository.ts';
import type { Git } from './git-process.ts';
import { textOfPath } from './path-bytes.ts';
import { findCommitSecrets } from './secrets/commit-secrets.ts';
import { type Tree, writeTree } from './trees.ts';

export interface NewCommit {
  readonly git: Git;
  readonly privateDirectory: string;
  readonly parent: string;
  /** Every path of the commit. */
  readonly tree: Tree;
  readonly message: string;
  readonly trailers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly startScan: () => FeedScanner;
  readonly judgeSecret: NonNullable<CommitText['judgeSecret']>;
}

/** Makes a commit and looks for secrets in all that it adds: message, names, contents and link targets. HEAD moves to it only
 *  when there are none. Throws when the commit does not contain exactly the given tree. */
export async function makeCommit(request: NewCommit): Promise<CommitResult> {
  const { git, parent } = request;
  const tree = await writeWholeTree(request);
  const input = (
    await git.must(['interpret-trailers', '--no-divider', ...trailerArguments(request)], { input: request.message })
  ).stdout;
  const commit = await git.must(['commit-tree', tree, '-p', parent, '-F', '-'], { input });
  const head = commit.stdout.toString('latin1').trim();
  const { places, found } = await findCommitSecrets(git, { parent, head, startScan: request.startScan });
  if (places.length > 0) return { kind: 'holds-secrets', places };
  const judged = found.map((secret) => ({ secret, policy: request.judgeSecret(secret) }));
  const blocking = judged.filter(({ policy }) => policy === 'block').map(({ secret }) => secret);
  if (blocking.length > 0) return { kind: 'adds-secrets', found: blocking };
  await git.must(['update-ref', '--no-deref', 'HEAD', head, parent]);
  return {
    kind: 'committed',
    head,
    told: judged.filter(({ policy }) => policy === 'tell').map(({ secret }) => secret),
  };
}

function trailerArguments({ trailers }: NewCommit): string[] {
  return trailers.flatMap(([name, value]) => ['--trailer', `${name}: ${value.replace(/\s+/g, ' ')}`]);
}

async function writeWholeTree({ git, privateDirectory, tree }: NewCommit): Promise<string> {
  const { id, refused } = await writeTree({ git, privateDirectory, tree });
  if (refused.length === 0) return id;
  const names = refused.slice(0, 5).map((file) => JSON.stringify(textOfPath(file)));
  throw new Error(`git did not take these paths as they are: ${names.join(', ')}.`);
}
