import { rename } from 'node:fs/promises';
import type { Git } from './git-process.ts';
import { createIgnoreRules, readIgnoreFilesBelow } from './ignore-rules.ts';
import { isCovered, type PathBytes, textOfPath } from './path-bytes.ts';
import { stageFiles } from './staging.ts';
import { compareSubmodules, compareTrees, type TreeChange } from './tree-changes.ts';
import { listTree, submodulesOf, type Tree, type TreeLine, withFilesOf } from './trees.ts';
import { isSameContent, type Listing, listWorkTree, NOTHING_IGNORED, type TreeEntry } from './work-tree.ts';
import { createWorkTreeWriter, removeFolder, type WorkTreeWriter } from './work-tree-writer.ts';

const NO_PATHS = new Map<PathBytes, never>();

export interface WorkspaceOptions {
  readonly git: Git;
  readonly root: string;
  readonly privateDirectory: string;
}

/** A change whose content is an object of git already. */
export interface StagedChange extends TreeChange {
  /** Line that the path gets in the tree; null when it goes, or cannot be committed. */
  readonly line: TreeLine | null;
}

/** The work tree of one commit, which others write to, and its contents when it was made: contents decide what has changed,
 *  since times can be forged. */
export interface Workspace {
  /** All paths of the commit. */
  readonly tree: Tree;
  /** Puts a fresh check-out of a commit in the place of whatever was there. */
  fill(commit: string): Promise<void>;
  stage(): Promise<StagedChange[]>;
  differences(commit: string, paths: readonly PathBytes[]): Promise<TreeChange[]>;
  restore(commit: string, paths: readonly PathBytes[]): Promise<void>;
  /** Makes `commit` the one that the workspace is compared to: `changes` came in as they lie there, and the files at `paths` are put
   *  in place. */
  advance(request: { commit: string; changes: readonly StagedChange[]; paths: readonly PathBytes[] }): Promise<void>;
  discard(): Promise<void>;
  change(use: (writer: WorkTreeWriter) => Promise<void>): Promise<void>;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { git, root, privateDirectory } = options;
  const attributesIndex = `${privateDirectory}/attributes.index`;
  let commit = '';
  let tree: Tree = NO_PATHS;
  let snapshot = new Map<PathBytes, TreeEntry>();

  const listFresh = (folder: string) =>
    listWorkTree({ root: folder, tracked: NO_PATHS, submodules: new Set(), ignore: NOTHING_IGNORED, isOwn: true });

  /** Lists the workspace by the rules of the `.gitignore` files below a folder. */
  async function list(ignoreFilesBelow: string): Promise<Listing> {
    const ignore = createIgnoreRules({ git, privateDirectory, read: readIgnoreFilesBelow(ignoreFilesBelow) });
    try {
      return await listWorkTree({ root, tracked: snapshot, submodules: new Set(submodulesOf(tree).keys()), ignore });
    } finally {
      await ignore.close();
    }
  }

  async function change(use: (writer: WorkTreeWriter) => Promise<void>): Promise<void> {
    const writer = createWorkTreeWriter(root, privateDirectory);
    try {
      await use(writer);
    } finally {
      await writer.finish();
    }
  }

  /** Puts files of the commit in place, and records their contents. */
  const put = (writer: WorkTreeWriter, paths: PathBytes[]) =>
    withFilesOf({ git, privateDirectory, commit, paths }, async (folder) => {
      for (const [file, entry] of (await listFresh(folder)).entries) {
        writer.place(file, folder);
        snapshot.set(file, entry);
      }
    });

  return {
    get tree() {
      return tree;
    },
    change,

    async fill(wanted) {
      commit = wanted;
      tree = await listTree(git, commit);
      await git.must(['read-tree', commit], { index: attributesIndex });
      await withFilesOf({ git, privateDirectory, commit }, async (folder) => {
        snapshot = (await listFresh(folder)).entries;
        await removeFolder(root);
        await rename(folder, root);
      });
    },

    async stage() {
      const listing = await list(root);
      const submodules = submodulesOf(tree);
      const changes = [
        ...compareTrees(snapshot, listing).filter(({ path }) => !submodules.has(path)),
        ...compareSubmodules(root, { submodules, listing }),
      ];
      const files = changes.flatMap(({ path, kind, entry }) => {
        const isContent = entry !== null && !isSameContent(entry, snapshot.get(path));
        if ((kind !== 'added' && kind !== 'modified') || !isContent) return [];
        return [{ path, entry, before: tree.get(path)?.id ?? null }];
      });
      const { ids, problems } = await stageFiles({ git, privateDirectory, root, attributesIndex, files });
      const problemAt = new Map(problems.map(({ path, problem }) => [path, problem]));
      const written = new Set(files.map(({ path }) => path));
      return changes.map((one) => {
        const { path, kind, entry } = one;
        const problem = problemAt.get(path);
        if (problem !== undefined) return { ...one, kind: problem, line: null };
        if ((kind !== 'added' && kind !== 'modified') || entry === null) return { ...one, line: null };
        const id = written.has(path) ? ids.get(path) : tree.get(path)?.id;
        if (id === undefined) throw new Error(`${textOfPath(path)} was not staged.`);
        return { ...one, line: { mode: entry.mode, id } };
      });
    },

    async differences(other, paths) {
      const wanted = [...(await listTree(git, other))].filter(([file]) => isCovered(file, paths));
      const files = wanted.filter(([, { mode }]) => mode !== '160000').map(([file]) => file);
      return withFilesOf({ git, privateDirectory, commit: other, paths: files }, async (folder) => {
        const tracked = (await listFresh(folder)).entries;
        const submodules = new Set(submodulesOf(new Map(wanted)).keys());
        const listing = await listWorkTree({ root, tracked, submodules, ignore: NOTHING_IGNORED, within: paths });
        return compareTrees(tracked, listing);
      });
    },

    async restore(other, paths) {
      const wanted = [...(await listTree(git, other))].filter(([file]) => isCovered(file, paths));
      const files = wanted.filter(([, { mode }]) => mode !== '160000').map(([file]) => file);
      await change(async (writer) => {
        for (const one of paths) writer.remove(one);
        await withFilesOf({ git, privateDirectory, commit: other, paths: files }, async (folder) => {
          for (const file of files) writer.place(file, folder);
        });
      });
    },

    async advance({ commit: next, changes, paths }) {
      commit = next;
      tree = await listTree(git, commit);
      for (const { path: file, kind, entry } of changes) {
        if (kind === 'deleted') snapshot.delete(file);
        else if (entry !== null) snapshot.set(file, entry);
      }
      await change((writer) => put(writer, [...paths]));
    },

    async discard() {
      const ignoreFiles = [...tree]
        .filter(([file, { mode }]) => mode.startsWith('100') && `/${file}`.endsWith('/.gitignore'))
        .map(([file]) => file);
      const listing = await withFilesOf({ git, privateDirectory, commit, paths: ignoreFiles }, list);
      await change(async (writer) => {
        for (const { path: file } of listing.problems) writer.remove(file);
        for (const file of listing.entries.keys()) if (!snapshot.has(file)) writer.remove(file);
        for (const folder of listing.newFolders) writer.removeIfEmpty(folder);
        await put(
          writer,
          compareTrees(snapshot, listing).flatMap(({ path: file }) => (snapshot.has(file) ? [file] : [])),
        );
        for (const folder of submodulesOf(tree).keys()) writer.makeFolder(folder);
      });
    },
  };
}
