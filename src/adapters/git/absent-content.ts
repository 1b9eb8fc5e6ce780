import type { AbsentContent } from '../../core/ports/repository.ts';
import { isStoredByFilter, readAttributes } from './attributes.ts';
import { streamObjects } from './blobs.ts';
import type { Git } from './git-process.ts';
import { type PathBytes, textOfPath } from './path-bytes.ts';
import { submodulesOf, type Tree } from './trees.ts';

/** Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const LFS_POINTER = /^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\//;
/** A pointer is shorter. */
const HEAD_BYTES = 1024;

/** Returns what a check-out of a tree does not bring into a work tree: files that are pointers of Git LFS or encrypted by the
 *  attributes of an index, and folders of submodules. */
export async function findAbsentContent(
  git: Git,
  { tree, index }: { tree: Tree; index: string },
): Promise<AbsentContent[]> {
  const submodules = [...submodulesOf(tree).keys()];
  const stored = await pathsWithStoringFilter(git, { tree, index });
  const pointers = await pathsOfPointers(git, { tree, paths: stored.lfs });
  const all = [
    { kind: 'lfs-pointer' as const, paths: pointers },
    { kind: 'encrypted' as const, paths: stored.others },
    { kind: 'submodule' as const, paths: submodules },
  ];
  return all.filter(({ paths }) => paths.length > 0).map(({ kind, paths }) => ({ kind, paths: paths.map(textOfPath) }));
}

async function pathsWithStoringFilter(git: Git, { tree, index }: { tree: Tree; index: string }) {
  const hasAttributes = [...tree.keys()].some((file) => `/${file}`.endsWith('/.gitattributes'));
  const files = [...tree].filter(([, { mode }]) => mode.startsWith('100')).map(([file]) => file);
  const attributes = await readAttributes(git, { index, paths: hasAttributes ? files : [] });
  const stored = [...attributes].filter(([, own]) => isStoredByFilter(own));
  const isLfs = ({ filter = '' }: { filter?: string }) => filter.toLowerCase() === 'lfs';
  return {
    lfs: stored.filter(([, own]) => isLfs(own)).map(([file]) => file),
    others: stored.filter(([, own]) => !isLfs(own)).map(([file]) => file),
  };
}

/** A file that LFS covers may have been committed with its contents. */
async function pathsOfPointers(git: Git, { tree, paths }: { tree: Tree; paths: PathBytes[] }): Promise<PathBytes[]> {
  const heads = new Map<number, string>();
  await streamObjects(git, {
    ids: paths.map((file) => tree.get(file)?.id ?? ''),
    onPart(index, part) {
      const head = heads.get(index) ?? '';
      if (head.length < HEAD_BYTES) heads.set(index, head + part.toString('latin1', 0, HEAD_BYTES));
    },
  });
  return paths.filter((_, index) => LFS_POINTER.test(heads.get(index) ?? ''));
}
