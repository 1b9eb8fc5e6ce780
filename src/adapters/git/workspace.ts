import { rename } from 'node:fs/promises';
import { isWorkerError } from '../../core/errors.ts';
import type { AbsentContent } from '../../core/ports/repository.ts';
import { removeTree } from '../files/remove-tree.ts';
import { findAbsentContent } from './absent-content.ts';
import type { Git } from './git-process.ts';
import { createIgnoreRules, readIgnoreFilesBelow } from './ignore-rules.ts';
import { installedPaths, installedPlaceOf, NOTHING_INSTALLED, withoutGenerated } from './installed-paths.ts';
import { isCovered, type PathBytes, textOfPath } from './path-bytes.ts';
import { stageFiles } from './staging.ts';
import { compareSubmodules, compareTrees, type TreeChange } from './tree-changes.ts';
import { listTree, submodulesOf, type Tree, type TreeLine, withFilesOf, writeTree } from './trees.ts';
import {
  isSameContent,
  isSameEntry,
  type Listing,
  listWorkTree,
  NOTHING_IGNORED,
  type TreeEntry,
} from './work-tree.ts';
import { createWorkTreeWriter, type WorkTreeWriter } from './work-tree-writer.ts';

/** Beyond what was installed: nobody looks through more, and each takes some kilobytes of memory. */
const MOST_NEW_FILES = 20_000;
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
  readonly commit: string;
  /** All paths of the commit. */
  readonly tree: Tree;
  /** Puts a fresh check-out of a commit in the place of whatever was there. */
  fill(commit: string): Promise<void>;
  /** What the files of the commit do not have of its contents. */
  absentContent(): Promise<AbsentContent[]>;
  stage(): Promise<StagedChange[]>;
  differences(commit: string, paths: readonly PathBytes[]): Promise<TreeChange[]>;
  restore(commit: string, paths: readonly PathBytes[]): Promise<void>;
  /** Makes `commit` the one that the workspace is compared to: `changes` came in as they lie there, and the files at `paths` are put
   *  in place. */
  advance(request: { commit: string; changes: readonly StagedChange[]; paths: readonly PathBytes[] }): Promise<void>;
  /** What lies beside the commit's files now is no work of anybody, and stays. */
  keepInstalled(): Promise<void>;
  discard(): Promise<void>;
  change(use: (writer: WorkTreeWriter) => Promise<void>): Promise<void>;
}

/** Returns the workspace at `root`; it is no commit's before `fill`. */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  return new CommitWorkspace(options);
}

class CommitWorkspace implements Workspace {
  readonly #git: Git;
  readonly #root: string;
  readonly #privateDirectory: string;
  readonly #attributesIndex: string;
  #commit = '';
  #tree: Tree = NO_PATHS;
  #snapshot = new Map<PathBytes, TreeEntry>();
  #installed = NOTHING_INSTALLED;

  constructor({ git, root, privateDirectory }: WorkspaceOptions) {
    this.#git = git;
    this.#root = root;
    this.#privateDirectory = privateDirectory;
    this.#attributesIndex = `${privateDirectory}/attributes.index`;
  }

  get commit() {
    return this.#commit;
  }

  get tree() {
    return this.#tree;
  }

  async fill(commit: string): Promise<void> {
    this.#commit = commit;
    this.#tree = await listTree(this.#git, commit);
    await withFilesOf(this.#filesOf({ commit }), async (folder, index) => {
      await rename(index, this.#attributesIndex);
      this.#snapshot = (await listFresh(folder)).entries;
      await removeTree(this.#root);
      await rename(folder, this.#root);
    });
  }

  absentContent(): Promise<AbsentContent[]> {
    return findAbsentContent(this.#git, { tree: this.#tree, index: this.#attributesIndex });
  }

  async stage(): Promise<StagedChange[]> {
    const listing = await this.#listWork();
    const submodules = submodulesOf(this.#tree);
    const changes = [
      ...withoutGenerated(compareTrees(this.#snapshot, listing), {
        generated: listing.generated,
        installed: this.#installed,
        tracked: this.#snapshot,
      }).filter(({ path }) => !submodules.has(path)),
      ...compareSubmodules(this.#root, { submodules, listing }),
    ];
    const files = changes.flatMap((change) => this.#newContent(change));
    const { ids, problems } = await stageFiles({
      git: this.#git,
      privateDirectory: this.#privateDirectory,
      root: this.#root,
      attributesIndex: this.#attributesIndex,
      files,
    });
    const problemAt = new Map(problems.map(({ path, problem }) => [path, problem]));
    const written = new Set(files.map(({ path }) => path));
    const staged = changes.map((change): StagedChange => {
      const { path, entry } = change;
      const problem = problemAt.get(path);
      if (problem !== undefined) return { ...change, kind: problem, line: null };
      if (!isFile(change) || entry === null) return { ...change, line: null };
      const id = written.has(path) ? ids.get(path) : this.#tree.get(path)?.id;
      if (id === undefined) throw new Error(`${textOfPath(path)} was not staged.`);
      return { ...change, line: { mode: entry.mode, id } };
    });
    return this.#withoutRefused(staged);
  }

  /** Git itself says which names it does not take, and which not for links. */
  async #withoutRefused(staged: readonly StagedChange[]): Promise<StagedChange[]> {
    const tree = new Map(staged.flatMap(({ path, line }) => (line === null ? [] : [[path, line] as const])));
    if (tree.size === 0) return [...staged];
    const { refused } = await writeTree({ git: this.#git, privateDirectory: this.#privateDirectory, tree });
    const bad = new Set(refused);
    return staged.map((one) => (bad.has(one.path) ? { ...one, kind: 'refused-name', line: null } : one));
  }

  async differences(commit: string, paths: readonly PathBytes[]): Promise<TreeChange[]> {
    const wanted = await this.#linesAt(commit, paths);
    return withFilesOf(this.#filesOf({ commit, paths: filesIn(wanted) }), async (folder) => {
      const tracked = (await listFresh(folder)).entries;
      const submodules = new Set(submodulesOf(new Map(wanted)).keys());
      const within = paths;
      const listing = await listWorkTree({ root: this.#root, tracked, submodules, ignore: NOTHING_IGNORED, within });
      return compareTrees(tracked, listing);
    });
  }

  async restore(commit: string, paths: readonly PathBytes[]): Promise<void> {
    const files = filesIn(await this.#linesAt(commit, paths));
    await this.change(async (writer) => {
      for (const one of paths) writer.remove(one);
      await withFilesOf(this.#filesOf({ commit, paths: files }), async (folder) => {
        for (const file of files) writer.place(file, folder);
      });
    });
  }

  async advance({ commit, changes, paths }: Parameters<Workspace['advance']>[0]): Promise<void> {
    this.#commit = commit;
    this.#tree = await listTree(this.#git, commit);
    for (const { path: file, kind, entry } of changes) {
      if (kind === 'deleted') this.#snapshot.delete(file);
      else if (entry !== null) this.#snapshot.set(file, entry);
    }
    await this.change((writer) => this.#put(writer, paths));
  }

  async keepInstalled(): Promise<void> {
    this.#installed = installedPaths(await this.#listByCommit(Number.POSITIVE_INFINITY), this.#snapshot);
  }

  async discard(): Promise<void> {
    const listing = await this.#listByCommit();
    const changed = compareTrees(this.#snapshot, listing).map(({ path }) => path);
    const isLeft = (file: PathBytes) => installedPlaceOf(file, this.#installed) === null;
    const { entries, problems, generated, newFolders } = listing;
    const untracked = [...entries.keys()].filter((file) => !this.#snapshot.has(file));
    await this.change(async (writer) => {
      const odd = problems.map(({ path: file }) => file);
      for (const file of [...odd, ...generated, ...untracked].filter(isLeft)) writer.remove(file);
      for (const folder of newFolders.filter(isLeft)) writer.removeIfEmpty(folder);
      await this.#put(
        writer,
        changed.filter((file) => this.#snapshot.has(file)),
      );
      for (const folder of submodulesOf(this.#tree).keys()) writer.makeFolder(folder);
    });
  }

  async change(use: (writer: WorkTreeWriter) => Promise<void>): Promise<void> {
    const writer = createWorkTreeWriter(this.#root, this.#privateDirectory);
    try {
      await use(writer);
    } finally {
      await writer.finish();
    }
  }

  /** Lists the workspace by its own `.gitignore` files; those that are new are findings where git takes too long over them. */
  async #listWork(): Promise<Listing> {
    try {
      return await this.#list(this.#root);
    } catch (error) {
      if (!isWorkerError(error, 'GIT_FAILED')) throw error;
      const listing = await this.#listByCommit();
      const slow = [...listing.entries].filter(
        ([file, entry]) => `/${file}`.endsWith('/.gitignore') && !isSameEntry(entry, this.#snapshot.get(file)),
      );
      if (slow.length === 0) throw error;
      for (const [path] of slow) listing.problems.push({ path, problem: 'slow-patterns' });
      for (const [path] of slow) listing.entries.delete(path);
      return listing;
    }
  }

  /** Lists the workspace by the rules of the commit's `.gitignore` files. */
  #listByCommit(mostNew?: number): Promise<Listing> {
    const ignoreFiles = [...this.#tree]
      .filter(([file, { mode }]) => mode.startsWith('100') && `/${file}`.endsWith('/.gitignore'))
      .map(([file]) => file);
    return withFilesOf(this.#filesOf({ commit: this.#commit, paths: ignoreFiles }), (folder) =>
      this.#list(folder, mostNew),
    );
  }

  /** Lists the workspace by the rules of the `.gitignore` files below a folder. */
  async #list(
    ignoreFilesBelow: string,
    mostNew = MOST_NEW_FILES + this.#installed.entries.size + this.#installed.folders.size,
  ): Promise<Listing> {
    const read = readIgnoreFilesBelow(ignoreFilesBelow);
    const ignore = createIgnoreRules({ git: this.#git, privateDirectory: this.#privateDirectory, read });
    const submodules = new Set(submodulesOf(this.#tree).keys());
    try {
      const tracked = this.#snapshot;
      return await listWorkTree({ root: this.#root, tracked, submodules, ignore, leavesOutGenerated: true, mostNew });
    } finally {
      await ignore.close();
    }
  }

  /** Puts files of the commit in place, and records their contents. */
  #put(writer: WorkTreeWriter, paths: readonly PathBytes[]): Promise<void> {
    return withFilesOf(this.#filesOf({ commit: this.#commit, paths: [...paths] }), async (folder) => {
      for (const [file, entry] of (await listFresh(folder)).entries) {
        writer.place(file, folder);
        this.#snapshot.set(file, entry);
      }
    });
  }

  /** The file of a change whose content is not that of the snapshot; none for any other change. */
  #newContent(change: TreeChange) {
    const { path, entry } = change;
    if (!isFile(change) || entry === null || isSameContent(entry, this.#snapshot.get(path))) return [];
    return [{ path, entry, before: this.#tree.get(path)?.id ?? null }];
  }

  async #linesAt(commit: string, paths: readonly PathBytes[]): Promise<[PathBytes, TreeLine][]> {
    return [...(await listTree(this.#git, commit))].filter(([file]) => isCovered(file, paths));
  }

  #filesOf<Files extends { commit: string; paths?: PathBytes[] }>(files: Files) {
    return { git: this.#git, privateDirectory: this.#privateDirectory, ...files };
  }
}

function listFresh(folder: string): Promise<Listing> {
  return listWorkTree({
    root: folder,
    tracked: NO_PATHS,
    submodules: new Set(),
    ignore: NOTHING_IGNORED,
    isOwn: true,
  });
}

function isFile({ kind }: TreeChange): boolean {
  return kind === 'added' || kind === 'modified';
}

function filesIn(lines: readonly [PathBytes, TreeLine][]): PathBytes[] {
  return lines.filter(([, { mode }]) => mode !== '160000').map(([file]) => file);
}
