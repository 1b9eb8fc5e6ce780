import { chmodSync, constants, lstatSync, mkdtempSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { oneLine } from '../../../core/json-lines.ts';
import { removeTree } from '../../files/remove-tree.ts';
import { streamObjects } from '../blobs.ts';
import type { Git } from '../git-process.ts';
import { type PathBytes, pathBelow } from '../path-bytes.ts';
import type { Tree } from '../trees.ts';
import { createWorkTreeWriter } from '../work-tree-writer.ts';

/** Any pointer. Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//;
/** One without extensions, which would name programs. */
const PLAIN_POINTER =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize ([1-9]\d{0,14})\n$/;
/** A pointer is shorter. */
const HEAD_BYTES = 1024;

/** Content that a pointer stands for; null where the worker fetches none for it. */
type Wanted = { readonly oid: string; readonly sizeBytes: number; readonly pointer: string } | null;

export type Pointers = ReadonlyMap<PathBytes, Wanted>;

/** A git folder of its own for the contents of one repository: no `.lfsconfig`, attribute or commit of a branch is ever in it. */
export interface LfsStore {
  readonly git: Git;
  readonly gitDirectory: string;
}

/** Returns which of these files of a tree are pointers: one that LFS covers may have been committed with its contents. */
export async function readPointers(
  git: Git,
  { tree, paths }: { tree: Tree; paths: readonly PathBytes[] },
): Promise<Pointers> {
  const heads = new Map<number, string>();
  await streamObjects(git, {
    ids: paths.map((file) => tree.get(file)?.id ?? ''),
    onPart(index, part) {
      const head = heads.get(index) ?? '';
      if (head.length < HEAD_BYTES) heads.set(index, head + part.toString('latin1', 0, HEAD_BYTES));
    },
  });
  const found = paths.map((file, index) => [file, heads.get(index) ?? ''] as const);
  return new Map(found.filter(([, head]) => POINTER.test(head)).map(([file, head]) => [file, wantedBy(head)]));
}

function wantedBy(pointer: string): Wanted {
  const [, oid, size] = PLAIN_POINTER.exec(pointer) ?? [];
  return oid === undefined ? null : { oid, sizeBytes: Number(size), pointer };
}

/** Makes git-lfs fetch what these pointers stand for from the repository at `url`, wherever a branch says that it lies. Returns why
 *  some of it is not in the store, null when all is. Throws GIT_FAILED. */
export async function fetchContents(
  { git }: LfsStore,
  { pointers, url }: { pointers: Pointers; url: string },
): Promise<string | null> {
  if ((await git.run(['lfs', 'version'])).exitCode !== 0) return 'git-lfs is not installed where the worker runs.';
  await git.must(['config', 'lfs.url', `${url}/info/lfs`]);
  await git.must(['config', 'remote.origin.url', url]);
  await git.must(['fast-import', '--quiet', '--force'], { input: commitOf(pointers) });
  const { exitCode, stderr } = await git.run(['lfs', 'fetch', 'origin', BRANCH]);
  if (exitCode === 0) return null;
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return `git-lfs says: ${oneLine(lines.find((line) => !SUMMARY.test(line)) ?? lines.at(-1) ?? '', 200)}`;
}

/** What git-lfs ends with, whatever has failed. */
const SUMMARY = /failed to fetch some objects/;

const BRANCH = 'refs/heads/main';

/** A commit with one file for each content, in the format of `git fast-import`: git-lfs finds pointers by commits. */
function commitOf(pointers: Pointers): string {
  const files = new Map([...pointers.values()].flatMap((one) => (one === null ? [] : [[one.oid, one.pointer]])));
  const lines = [...files].map(([oid, text]) => `M 100644 inline ${oid}\ndata ${text.length}\n${text}\n`);
  const head = `reset ${BRANCH}\ncommit ${BRANCH}\ncommitter Kiro Worker <> 0 +0000\ndata 0\n`;
  return `${head}${lines.join('')}\n`;
}

/** Puts contents of the store in the place of their pointers, in a private folder that no other user has ever written to. Returns the
 *  paths of those that the store has. */
export async function putContents(
  { gitDirectory }: LfsStore,
  { pointers, folder, privateDirectory }: { pointers: Pointers; folder: string; privateDirectory: string },
): Promise<Set<PathBytes>> {
  const put = new Set<PathBytes>();
  const copies = mkdtempSync(path.join(privateDirectory, 'contents-'));
  const writer = createWorkTreeWriter(folder, privateDirectory);
  try {
    for (const [file, wanted] of pointers) {
      if (wanted === null) continue;
      const content = placeOf(gitDirectory, wanted.oid);
      if (lstatSync(content, { throwIfNoEntry: false })?.size !== wanted.sizeBytes) continue;
      const { mode } = lstatSync(pathBelow(folder, file));
      const copy = path.join(copies, String(put.size));
      await copyFile(content, copy, constants.COPYFILE_FICLONE);
      chmodSync(copy, mode & 0o777);
      writer.move(file, copy);
      put.add(file);
    }
  } finally {
    await writer.finish();
    await removeTree(copies);
  }
  return put;
}

/** Where git-lfs keeps a content whose SHA-256 it has checked. */
function placeOf(gitDirectory: string, oid: string): string {
  return path.join(gitDirectory, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
}
