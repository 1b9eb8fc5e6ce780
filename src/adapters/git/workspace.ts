import { rename } from 'node:fs/promises';
import type { AbsentContent } from '../../core/ports/repository.ts';
import { filteredPaths } from './attributes.ts';
import { OutsideContent, type OutsideContentOptions } from './content/outside-content.ts';
import type { Git } from './git-process.ts';
import { installedPaths, installedPlaceOf, NOTHING_INSTALLED, withoutGenerated } from './installed-paths.ts';
import { listByCommit, listByOwnRules, type Work } from './list-work.ts';
import type { PathBytes } from './path-bytes.ts';
import { type StagedChange, stageChanges } from './staging/stage-changes.ts';
import { compareSubmodules, compareTrees, type TreeChange } from './tree-changes.ts';
import {
  hashAlgorithmOf,
  isSameEntry,
  notesChanges,
  type Reading,
  type Snapshot,
  type TreeEntry,
} from './tree-entry.ts';
import { listPaths, listTree, submodulesOf, type Tree, type TreeLine, withFilesOf } from './trees.ts';
import { type Listing, listWorkTree, NOTHING_IGNORED } from './work-tree.ts';
import { createWorkTreeWriter, takeAway, type WorkTreeWriter } from './work-tree-writer.ts';

/** Beyond what was installed: nobody looks through more, and each takes some kilobytes of memory. */
const MOST_NEW_FILES = 20_000;
const NO_PATHS = new Map<PathBytes, never>();
const NO_SUBMODULES = new Set<PathBytes>();

export interface WorkspaceOptions extends OutsideContentOptions {
  readonly root: string;
}

/** A commit, and the one whose rules count for it. */
export interface WantedCommit {
  readonly commit: string;
  readonly rules: string;
  readonly signal?: AbortSignal | undefined;
}

/** The work tree of one commit, which others write to, and its contents when it was made: contents decide what has changed,
 *  since times can be forged. */
export interface Workspace {
  readonly commit: string;
  /** All paths of the commit. */
  readonly tree: Tree;
  /** Puts a fresh check-out of a commit in the place of whatever was there. Throws GIT_UNAVAILABLE. */
  fill(wanted: WantedCommit): Promise<void>;
  /** What the files of the commit do not have of its contents. */
  absentContent(): AbsentContent[];
  /** Files whose bytes are by intent not those of the commit's objects. */
  readonly replaced: ReadonlySet<PathBytes>;
  stage(): Promise<StagedChange[]>;
  differences(commit: string, paths: readonly PathBytes[]): Promise<TreeChange[]>;
  restore(commit: string, paths: readonly PathBytes[]): Promise<void>;
  /** Makes `commit` the one that the workspace is compared to: `changes` came in as they lie there, and the files at `paths` are put
   *  in place. */
  advance(request: {
    commit: string;
    tree: Tree;
    changes: readonly StagedChange[];
    paths: readonly PathBytes[];
  }): Promise<void>;
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
  readonly #content: OutsideContent;
  #replaced: ReadonlySet<PathBytes> = new Set();
  #installed = NOTHING_INSTALLED;

  constructor({ root, ...content }: WorkspaceOptions) {
    const { git, privateDirectory } = content;
    this.#content = new OutsideContent(content);
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

  get replaced() {
    return this.#replaced;
  }

  async fill({ commit, ...outside }: WantedCommit): Promise<void> {
    this.#commit = commit;
    this.#tree = await listTree(this.#git, commit);
    // What was there goes while git writes what comes.
    const removal = takeAway(this.#root, this.#privateDirectory);
    removal.catch(() => {});
    await withFilesOf(this.#filesOf({ commit }), async (folder, index) => {
      await rename(index, this.#attributesIndex);
      const stored = await filteredPaths(this.#git, { tree: this.#tree, index: this.#attributesIndex });
      const replaced = await this.#content.fillIn(folder, { tree: this.#tree, stored });
      const isWritten = (file: PathBytes) => !stored.converted.has(file) && !replaced.has(file);
      this.#replaced = replaced;
      this.#snapshot = await this.#readFresh(folder, { isWritten });
      await this.#content.addSubmodules(folder, { ...outside, commit, reading: this.#reading(NO_PATHS) });
      await rename(folder, this.#root);
    }).finally(() => removal);
  }

  absentContent(): AbsentContent[] {
    return this.#content.absent();
  }

  async stage(): Promise<StagedChange[]> {
    const listing = await this.#list(listByOwnRules);
    const submodules = submodulesOf(this.#tree);
    const changes = [
      ...withoutGenerated(compareTrees(this.#snapshot, listing), {
        generated: listing.generated,
        installed: this.#installed,
        tracked: this.#snapshot,
      }).filter(({ path }) => !submodules.has(path)),
      ...compareSubmodules(this.#root, { submodules, listing, changed: await this.#changedSubmodules() }),
    ];
    return stageChanges({
      ...{ changes, git: this.#git, privateDirectory: this.#privateDirectory, root: this.#root },
      ...{ attributesIndex: this.#attributesIndex, tree: this.#tree, snapshot: this.#snapshot },
    });
  }

  async differences(commit: string, paths: readonly PathBytes[]): Promise<TreeChange[]> {
    const wanted = await this.#linesAt(commit, paths);
    return withFilesOf(this.#filesOf({ commit, paths: filesIn(wanted) }), async (folder) => {
      const tracked = await this.#readFresh(folder);
      const submodules = new Set(submodulesOf(new Map(wanted)).keys());
      const reading = this.#reading(tracked);
      const options = { root: this.#root, tracked, submodules, ignore: NOTHING_IGNORED, within: paths, reading };
      return compareTrees(tracked, await listWorkTree(options));
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

  async advance({ commit, tree, changes, paths }: Parameters<Workspace['advance']>[0]): Promise<void> {
    this.#commit = commit;
    this.#tree = tree;
    for (const { path: file, kind, entry } of changes) {
      if (kind === 'deleted') this.#snapshot.delete(file);
      else if (entry !== null) this.#snapshot.set(file, entry);
    }
    await this.change((writer) => this.#put(writer, paths));
  }

  #changedSubmodules(): Promise<ReadonlySet<PathBytes>> {
    return this.#content.changedSubmodules(this.#root, this.#reading(NO_PATHS));
  }

  async keepInstalled(): Promise<void> {
    await this.#content.keepInstalled(this.#root, this.#reading(NO_PATHS));
    this.#installed = installedPaths(await this.#list(listByCommit, Number.POSITIVE_INFINITY), this.#snapshot);
  }

  async discard(): Promise<void> {
    const listing = await this.#list(listByCommit);
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

  async #list(
    how: (work: Work) => Promise<Listing>,
    mostNew = MOST_NEW_FILES + this.#installed.entries.size + this.#installed.folders.size,
  ): Promise<Listing> {
    const tracked = this.#snapshot;
    const work = { git: this.#git, privateDirectory: this.#privateDirectory, root: this.#root, commit: this.#commit };
    const listing = await how({ ...work, tree: this.#tree, tracked, reading: this.#reading(tracked), mostNew });
    for (const [file, entry] of listing.entries)
      if (isSameEntry(entry, tracked.get(file))) this.#snapshot.set(file, entry);
    return listing;
  }

  #reading(known: Snapshot): Reading {
    return { algorithm: hashAlgorithmOf(this.#commit), known, hasStamps: notesChanges(this.#privateDirectory) };
  }

  /** Reads files that nobody but a check-out has written; what `isWritten` says has the bytes of its object is not opened. */
  async #readFresh(
    folder: string,
    { isWritten = () => false }: { isWritten?: (path: PathBytes) => boolean } = {},
  ): Promise<Map<PathBytes, TreeEntry>> {
    const objectOf = (path: PathBytes) => (isWritten(path) ? this.#tree.get(path)?.id : undefined);
    const reading = { ...this.#reading(NO_PATHS), objectOf, isOwn: true };
    const options = { root: folder, tracked: NO_PATHS, submodules: NO_SUBMODULES, ignore: NOTHING_IGNORED, reading };
    return (await listWorkTree(options)).entries;
  }

  /** Puts files of the commit in place, and records their contents. */
  #put(writer: WorkTreeWriter, paths: readonly PathBytes[]): Promise<void> {
    return withFilesOf(this.#filesOf({ commit: this.#commit, paths: [...paths] }), async (folder) => {
      await this.#content.putBack(folder, paths);
      for (const [file, entry] of await this.#readFresh(folder)) {
        writer.place(file, folder);
        this.#snapshot.set(file, entry);
      }
    });
  }

  async #linesAt(commit: string, paths: readonly PathBytes[]): Promise<[PathBytes, TreeLine][]> {
    return paths.length === 0 ? [] : [...(await listPaths(this.#git, { commit, paths }))];
  }

  #filesOf<Files extends { commit: string; paths?: PathBytes[] }>(files: Files) {
    return { git: this.#git, privateDirectory: this.#privateDirectory, ...files };
  }
}

function filesIn(lines: readonly [PathBytes, TreeLine][]): PathBytes[] {
  return lines.filter(([, { mode }]) => mode !== '160000').map(([file]) => file);
}
