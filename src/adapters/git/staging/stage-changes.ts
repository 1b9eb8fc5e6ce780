import { isRefused, problemOf } from '../../../core/repository/file-change.ts';
import { type PathBytes, textOfPath } from '../path-bytes.ts';
import { isFile, type TreeChange, toFileChange } from '../tree-changes.ts';
import { isSameContent, type Snapshot } from '../tree-entry.ts';
import { type Tree, type TreeLine, writeTree } from '../trees.ts';
import { type StageRequest, stageFiles } from './stage-files.ts';

/** A change whose content is an object of git already. */
export interface StagedChange extends TreeChange {
  /** Line that the path gets in the tree; null when it goes, or cannot be committed. */
  readonly line: TreeLine | null;
}

interface Staging extends Omit<StageRequest, 'files'> {
  readonly changes: readonly TreeChange[];
  /** The commit that they are changes of, and its contents in the work tree. */
  readonly tree: Tree;
  readonly snapshot: Snapshot;
}

/** Writes the contents of changes as objects; returns each change with what it comes to in a tree. */
export async function stageChanges({ changes, tree, snapshot, ...request }: Staging): Promise<StagedChange[]> {
  const files = changes.flatMap((change) => newContent(change, { tree, snapshot }));
  const { ids, problems } = await stageFiles({ ...request, files });
  const problemAt = new Map(problems.map(({ path, problem }) => [path, problem]));
  const written = new Set(files.map(({ path }) => path));
  const staged = changes.map((change): StagedChange => {
    const { path, entry } = change;
    const problem = problemAt.get(path);
    if (problem !== undefined) return { ...change, kind: problem, line: null };
    if (!isFile(change) || entry === null) return { ...change, line: null };
    const id = written.has(path) ? ids.get(path) : tree.get(path)?.id;
    if (id === undefined) throw new Error(`${textOfPath(path)} was not staged.`);
    return { ...change, line: { mode: entry.mode, id } };
  });
  return withoutRefused(request, staged);
}

/** The file of a change whose content is not that of the snapshot; none for any other change. */
function newContent(change: TreeChange, { tree, snapshot }: Pick<Staging, 'tree' | 'snapshot'>) {
  const { path, entry } = change;
  if (!isFile(change) || entry === null || isSameContent(entry, snapshot.get(path))) return [];
  return [{ path, entry, before: tree.get(path)?.id ?? null }];
}

/** Git itself says which names it does not take, and which not for links. */
async function withoutRefused(
  { git, privateDirectory }: Pick<Staging, 'git' | 'privateDirectory'>,
  staged: readonly StagedChange[],
): Promise<StagedChange[]> {
  const lines = staged.flatMap(({ path, line }): [PathBytes, TreeLine][] => (line === null ? [] : [[path, line]]));
  if (lines.length === 0) return [...staged];
  const { refused } = await writeTree({ git, privateDirectory, tree: new Map(lines) });
  const bad = new Set(refused);
  return staged.map((one) => (bad.has(one.path) ? { ...one, kind: 'refused-name', line: null } : one));
}

/** Throws when one of the changes cannot become part of a commit. */
export function refuseUncommittable(changes: readonly StagedChange[]): void {
  const refused = changes
    .map(toFileChange)
    .filter(isRefused)
    .map((change) => `${change.path} ${problemOf(change)}`);
  if (refused.length > 0) throw new Error(`These files cannot be committed: ${refused.slice(0, 5).join('; ')}`);
}
