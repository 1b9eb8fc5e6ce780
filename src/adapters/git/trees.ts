import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CommittedEntry } from '../../core/ports/repository.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { Git } from './git-process.ts';
import { bytesOfPath, type PathBytes, splitNul, textOfPath } from './path-bytes.ts';

/** One line of a commit's tree. */
export interface TreeLine {
  readonly mode: string;
  readonly id: string;
}

export type Tree = ReadonlyMap<PathBytes, TreeLine>;

const SUBMODULE = '160000';

/** All files, links and submodules of a commit or tree. */
export function listTree(git: Git, commit: string): Promise<Map<PathBytes, TreeLine>> {
  return listPaths(git, { commit, paths: [] });
}

/** Those of a commit at these paths and below; all where there are none. */
export async function listPaths(
  git: Git,
  { commit, paths }: { commit: string; paths: readonly PathBytes[] },
): Promise<Map<PathBytes, TreeLine>> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', commit, ...(paths.length > 0 ? ['--'] : [])];
  const { stdout } = await git.must([...args, ...paths.map(textOfPath)]);
  return new Map(
    splitNul(stdout).map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), { mode, id }];
    }),
  );
}

/** What stands at a path of a commit. Null is an answer: any failure of git to look throws GIT_FAILED. */
export async function findEntry(
  git: Git,
  { revision, file }: { revision: string; file: string },
): Promise<CommittedEntry | null> {
  const args = ['ls-tree', '-z', '--full-tree', `${revision}^{commit}`, '--', file];
  const lines = splitNul((await git.must(args)).stdout);
  if (lines.length === 0) return null;
  const [, mode = '', id = '', name] = /^(\d{3})\d{3} \w+ ([0-9a-f]+)\t(.*)$/s.exec(lines[0] ?? '') ?? [];
  const kind = ENTRY_KINDS.get(mode);
  if (kind === undefined || name !== bytesOfPath(file))
    throw new Error(`git ls-tree answered ${JSON.stringify(lines[0])} for ${JSON.stringify(file)}.`);
  return { kind, id };
}

/** By the first half of a mode. */
const ENTRY_KINDS: ReadonlyMap<string, CommittedEntry['kind']> = new Map([
  ['100', 'file'],
  ['040', 'folder'],
  ['120', 'link'],
  ['160', 'submodule'],
]);

/** Returns whether two lines of a tree, or none, are the same. */
export function isSameLine(one: TreeLine | undefined, other: TreeLine | undefined): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

/** Folders of the submodules of a tree. */
export function submodulesOf(tree: Tree): Map<PathBytes, TreeLine> {
  return new Map([...tree].filter(([, { mode }]) => mode === SUBMODULE));
}

/** Writes a tree with exactly these lines. Returns its id, and the paths that git does not take as they are: it leaves out what it
 *  considers dangerous, such as `.git/config` or a link named `.gitmodules` in any spelling, and says so in text only. */
export async function writeTree({
  git,
  privateDirectory,
  tree,
}: {
  git: Git;
  privateDirectory: string;
  tree: Tree;
}): Promise<{ id: string; refused: PathBytes[] }> {
  const folder = mkdtempSync(path.join(privateDirectory, 'index-'));
  try {
    const index = path.join(folder, 'index');
    const lines = [...tree].map(([file, { mode, id }]) => `${mode} ${id}\t${file}\0`);
    // An index that is not there is an empty one, for `write-tree` as well.
    await git.must(['update-index', '-z', '--index-info'], { index, input: Buffer.from(lines.join(''), 'latin1') });
    const id = (await git.must(['write-tree'], { index })).stdout.toString('latin1').trim();
    const written = await listTree(git, id);
    const paths = [...new Set([...tree.keys(), ...written.keys()])];
    return { id, refused: paths.filter((file) => !isSameLine(tree.get(file), written.get(file))) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface WantedFiles {
  readonly git: Git;
  readonly privateDirectory: string;
  readonly commit: string;
  /** All files where it is left out. */
  readonly paths?: readonly PathBytes[];
}

/** Writes a commit's files (all, or these) into a new private folder, as a check-out would, and hands it to `use`, with the index
 *  of the commit. The folder is gone afterwards, unless `use` has moved it away. */
export async function withFilesOf<T>(
  { git, privateDirectory, commit, paths }: WantedFiles,
  use: (folder: string, index: string) => Promise<T>,
): Promise<T> {
  const holder = mkdtempSync(path.join(privateDirectory, 'tree-'));
  const folder = path.join(holder, 'files');
  const index = path.join(holder, 'index');
  try {
    mkdirSync(folder);
    if (paths?.length !== 0) await git.must(['read-tree', commit], { index });
    if (paths === undefined) await git.must(['checkout-index', '--all', '--force'], { index, workTree: folder });
    else if (paths.length > 0) {
      const input = Buffer.from(paths.map((one) => `${one}\0`).join(''), 'latin1');
      await git.must(['checkout-index', '--force', '-z', '--stdin'], { index, workTree: folder, input });
    }
    return await use(folder, index);
  } finally {
    // What has been moved away leaves nothing but our own index.
    await (existsSync(folder) ? removeTree(holder) : rm(holder, { recursive: true }));
  }
}
