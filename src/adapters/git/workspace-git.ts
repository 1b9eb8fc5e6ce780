import { constants, mkdtempSync } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../files/remove-tree.ts';
import type { Git } from './git-process.ts';
import type { PathBytes } from './path-bytes.ts';

interface WorkspaceGit {
  readonly git: Git;
  readonly gitDirectory: string;
  readonly privateDirectory: string;
  /** Commit that the workspace is at. */
  readonly head: string;
  /** Files whose bytes in the workspace are not those of the commit, and that are to count as unchanged. */
  readonly replaced: ReadonlySet<PathBytes>;
  /** The checkout: its branch, where that was, and the packs that came with it. */
  readonly fetched: { readonly branch: string; readonly head: string; readonly packs: readonly string[] };
}

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';

/** Names of the files of all packs in a git folder; none when it has no pack. */
export async function listPacks(gitDirectory: string): Promise<string[]> {
  const names = await readdir(packsOf(gitDirectory));
  return names.filter((name) => /\.(?:pack|idx|rev)$/.test(name));
}

/** Makes a `.git` folder for the workspace below the private folder, and hands it to `use`, which may move it away. It contains what
 *  the checkout fetched and the commits since, complete, and nothing else: neither what was staged and dropped, nor a remote. No file
 *  is shared with the worker's own git folder. */
export async function withWorkspaceGit(
  source: WorkspaceGit,
  use: (folderAbove: string) => Promise<void>,
): Promise<void> {
  const { git, privateDirectory, head, fetched } = source;
  const above = mkdtempSync(path.join(privateDirectory, 'git-'));
  const folder = path.join(above, '.git');
  try {
    await mkdir(path.join(folder, 'objects/pack'), { recursive: true });
    await mkdir(path.join(folder, 'refs'));
    await writeFile(path.join(folder, 'config'), CONFIG);
    await writeFile(path.join(folder, 'HEAD'), `ref: refs/heads/${fetched.branch}\n`);
    await writeFile(path.join(folder, 'packed-refs'), await refsOf(source));
    const index = path.join(folder, 'index');
    await git.must(['read-tree', head], { index });
    await markUnchanged(source, { index, workTree: above });
    await copyPacks(source, folder);
    await packCommits(source, folder);
    await use(above);
  } finally {
    await removeTree(above);
  }
}

async function markUnchanged(
  { git, replaced }: WorkspaceGit,
  { index, workTree }: { index: string; workTree: string },
): Promise<void> {
  if (replaced.size === 0) return;
  const input = Buffer.from([...replaced].map((file) => `${file}\0`).join(''), 'latin1');
  // Git wants a work tree for this, and looks at none of its files.
  await git.must(['update-index', '--assume-unchanged', '-z', '--stdin'], { index, input, workTree });
}

/** Branches and tags of the checkout, and the branch itself at its head. */
async function refsOf({ git, head, fetched }: WorkspaceGit): Promise<Buffer> {
  const format = '--format=%(objectname) %(refname)';
  const { stdout } = await git.must(['for-each-ref', format, 'refs/remotes/origin', 'refs/tags']);
  return Buffer.concat([stdout, Buffer.from(`${head} refs/heads/${fetched.branch}\n`)]);
}

/** Shares blocks of the disk where the file system can. */
async function copyPacks({ gitDirectory, fetched }: WorkspaceGit, folder: string): Promise<void> {
  for (const name of fetched.packs) {
    const [from, to] = [gitDirectory, folder].map((one) => path.join(packsOf(one), name));
    if (from !== undefined && to !== undefined) await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

async function packCommits({ git, head, fetched }: WorkspaceGit, folder: string): Promise<void> {
  if (head === fetched.head) return;
  const input = `${head}\n^${fetched.head}\n`;
  await git.must(['pack-objects', '--quiet', '--revs', path.join(packsOf(folder), 'pack')], { input });
}

function packsOf(gitDirectory: string): string {
  return path.join(gitDirectory, 'objects/pack');
}
