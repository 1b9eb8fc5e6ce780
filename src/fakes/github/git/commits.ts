import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { feedGit } from './command.ts';

/** A file to commit: text or bytes of a plain file, a mode where it matters (that of a submodule has a commit id as its content), or
 *  null to delete it. */
export type FileChange =
  | string
  | Buffer
  | { readonly mode: '100644' | '100755' | '120000' | '160000'; readonly content: string | Buffer }
  | null;

export interface NewCommit {
  readonly branch: string;
  /** Parent: a commit id, or `refs/heads/x` for another branch; null for a first commit. */
  readonly from: string | null;
  readonly files: Readonly<Record<string, FileChange>>;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly atMs: number;
}

/** A branch that points where another one does. */
export interface NewRef {
  readonly branch: string;
  readonly from: string;
}

/** Writes commits and branches straight into a bare repository, in order, with one `git fast-import` and no work tree. */
export async function writeCommits(directory: string, changes: readonly (NewCommit | NewRef)[]): Promise<void> {
  const stream = changes.map((change) => ('files' in change ? formatCommit(change) : formatRef(change)));
  await feedGit(directory, { args: ['fast-import', '--quiet', '--date-format=raw'], input: Buffer.concat(stream) });
}

/** Every file under a folder, with executable bits and symbolic links; without `.git` and `node_modules`. */
export async function readFolder(folder: string): Promise<Record<string, FileChange>> {
  const files: Record<string, FileChange> = {};
  const visit = async (relative: string): Promise<void> => {
    for (const name of (await readdir(join(folder, relative))).sort()) {
      if (name === '.git' || name === 'node_modules') continue;
      const path = relative === '' ? name : `${relative}/${name}`;
      const stats = await lstat(join(folder, path));
      if (stats.isDirectory()) await visit(path);
      else if (stats.isSymbolicLink()) files[path] = { mode: '120000', content: await readlink(join(folder, path)) };
      else
        files[path] = { mode: stats.mode & 0o100 ? '100755' : '100644', content: await readFile(join(folder, path)) };
    }
  };
  await visit('');
  return files;
}

function formatRef({ branch, from }: NewRef): Buffer {
  return Buffer.from(`reset refs/heads/${branch}\nfrom ${from}\n\n`);
}

function formatCommit({ branch, from, files, message, author, atMs }: NewCommit): Buffer {
  const signature = `${author.name} <${author.email}> ${Math.floor(atMs / 1000)} +0000`;
  const head = [`commit refs/heads/${branch}`, `author ${signature}`, `committer ${signature}`].join('\n');
  const parts: Buffer[] = [Buffer.from(`${head}\n`), formatData(message)];
  if (from !== null) parts.push(Buffer.from(`from ${from}\n`));
  for (const [path, change] of Object.entries(files)) parts.push(formatChange(path, change));
  return Buffer.concat([...parts, Buffer.from('\n')]);
}

function formatChange(path: string, change: FileChange): Buffer {
  if (change === null) return Buffer.from(`D ${quotePath(path)}\n`);
  const plain = typeof change === 'string' || Buffer.isBuffer(change);
  const { mode, content } = plain ? { mode: '100644', content: change } : change;
  if (mode === '160000') return Buffer.from(`M ${mode} ${content} ${quotePath(path)}\n`);
  return Buffer.concat([Buffer.from(`M ${mode} inline ${quotePath(path)}\n`), formatData(content)]);
}

function formatData(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function quotePath(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
