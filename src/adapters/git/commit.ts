import type { FeedScanner } from '../../core/gates/secret-scanner.ts';
import type { CommitResult } from '../../core/ports/repository.ts';
import { streamObjects } from './blobs.ts';
import type { Git } from './git-process.ts';
import { splitNul, textOfPath } from './path-bytes.ts';
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
  const places = await findSecrets(request, head);
  if (places.length > 0) return { kind: 'holds-secrets', places };
  await git.must(['update-ref', '--no-deref', 'HEAD', head, parent]);
  return { kind: 'committed', head };
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

async function findSecrets({ git, parent, startScan }: NewCommit, head: string): Promise<string[]> {
  const { stdout } = await git.must(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', parent, head]);
  const added: { path: string; id: string }[] = [];
  const fields = splitNul(stdout);
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , id = '', status = ''] = (fields[at] ?? '').split(' ');
    if (status !== 'D' && mode !== '160000') added.push({ path: fields[at + 1] ?? '', id });
  }
  const places = new Set<string>();
  for (const { path: file } of added) if (startScan()(Buffer.from(file, 'latin1'))) places.add(textOfPath(file));
  const objects = [{ path: 'The commit message', id: head }, ...added];
  const scans = new Map<number, FeedScanner>();
  await streamObjects(git, {
    ids: objects.map(({ id }) => id),
    onPart(index, part) {
      if (!scans.has(index)) scans.clear();
      const feed = scans.get(index) ?? startScan();
      scans.set(index, feed);
      if (feed(part)) places.add(textOfPath(objects[index]?.path ?? ''));
    },
  });
  return [...places];
}
