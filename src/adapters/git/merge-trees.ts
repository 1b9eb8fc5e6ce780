import { mkdtempSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../files/remove-tree.ts';
import type { Git } from './git-process.ts';
import { foldersAbove, type PathBytes } from './path-bytes.ts';
import { isSameLine, type Tree, type TreeLine } from './trees.ts';

interface MergeRequest {
  readonly git: Git;
  readonly privateDirectory: string;
  readonly base: Tree;
  readonly ours: Tree;
  readonly theirs: Tree;
}

/** One path that both sides changed, in three versions. */
interface Versions {
  readonly base: TreeLine;
  readonly ours: TreeLine;
  readonly theirs: TreeLine;
}

/** Puts what `theirs` changed since `base` onto `ours`: path by path and, in a file that both changed, line by line. Attributes,
 *  drivers, filters and renames play no part in it. Returns the paths at which that leaves a doubt, or the tree. */
export async function mergeTrees(
  request: MergeRequest,
): Promise<{ tree: Map<PathBytes, TreeLine> } | { conflicts: PathBytes[] }> {
  const { base, ours, theirs } = request;
  const tree = new Map(ours);
  const conflicts: PathBytes[] = [];
  for (const file of new Set([...base.keys(), ...theirs.keys()])) {
    const [before, wanted, there] = [base.get(file), theirs.get(file), ours.get(file)];
    if (isSameLine(before, wanted) || isSameLine(there, wanted)) continue;
    const merged = isSameLine(there, before) ? { line: wanted } : await mergeLines(request, { before, wanted, there });
    if (merged === null) conflicts.push(file);
    else if (merged.line === undefined) tree.delete(file);
    else tree.set(file, merged.line);
  }
  const inTheWay = [...tree.keys()].filter((file) => foldersAbove(file).some((folder) => tree.has(folder)));
  const all = [...conflicts, ...inTheWay];
  return all.length > 0 ? { conflicts: all } : { tree };
}

type MaybeLine = TreeLine | undefined;

async function mergeLines(
  request: MergeRequest,
  { before, wanted, there }: { before: MaybeLine; wanted: MaybeLine; there: MaybeLine },
): Promise<{ line: TreeLine } | null> {
  if (!isFile(before) || !isFile(wanted) || !isFile(there)) return null;
  const versions = { base: before, ours: there, theirs: wanted };
  const mode = ofThree({ before: before.mode, wanted: wanted.mode, there: there.mode });
  const id =
    ofThree({ before: before.id, wanted: wanted.id, there: there.id }) ?? (await mergeContents(request, versions));
  return mode === null || id === null ? null : { line: { mode, id } };
}

function isFile(line: MaybeLine): line is TreeLine {
  return line?.mode.startsWith('100') === true;
}

/** What only one side changed is as that side has it; null when both did. */
function ofThree({ before, wanted, there }: { before: string; wanted: string; there: string }): string | null {
  if (before === wanted || wanted === there) return there;
  return before === there ? wanted : null;
}

/** Id of the contents put together; null where git finds a conflict, or cannot tell (a file that is no text). */
async function mergeContents({ git, privateDirectory }: MergeRequest, versions: Versions): Promise<string | null> {
  const folder = mkdtempSync(path.join(privateDirectory, 'merge-'));
  try {
    const place = (name: keyof Versions) => path.join(folder, name);
    for (const name of ['base', 'ours', 'theirs'] as const) {
      await writeFile(place(name), (await git.must(['cat-file', 'blob', versions[name].id])).stdout);
    }
    const merged = await git.run(['merge-file', '-p', place('ours'), place('base'), place('theirs')]);
    if (merged.exitCode !== 0) return null;
    const written = await git.must(['hash-object', '-w', '--stdin'], { input: merged.stdout });
    return written.stdout.toString('latin1').trim();
  } finally {
    await removeTree(folder);
  }
}
