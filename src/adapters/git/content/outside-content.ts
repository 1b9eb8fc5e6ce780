import path from 'node:path';
import { isWorkerError } from '../../../core/errors.ts';
import type { AbsentContent } from '../../../core/ports/repository.ts';
import { type FilteredPaths, filteredPaths } from '../attributes.ts';
import type { Git } from '../git-process.ts';
import { createIgnoreRules, readIgnoreFilesBelow } from '../ignore-rules.ts';
import { isCovered, type PathBytes, parentOf, textOfPath } from '../path-bytes.ts';
import type { Patience } from '../server/retry.ts';
import { compareTrees } from '../tree-changes.ts';
import { isSameEntry, type Reading, type TreeEntry } from '../tree-entry.ts';
import { listTree, type Tree } from '../trees.ts';
import { type Listing, listWorkTree } from '../work-tree.ts';
import { type Pointers, readPointers } from './lfs.ts';
import { LfsContents } from './lfs-contents.ts';
import { type PlacedSubmodules, placeSubmodules } from './submodules.ts';

export interface OutsideContentOptions {
  readonly git: Git;
  readonly openGit: (gitDirectory: string) => Promise<Git>;
  readonly privateDirectory: string;
  readonly remoteUrl: string;
  /** Submodules are checked out. */
  readonly submodules: boolean;
  readonly patience: Patience;
}

const NONE: PlacedSubmodules = { placed: new Set(), absent: new Map() };

/** What a commit's files only stand for: contents that Git LFS keeps, and submodules. What is fetched stays, so that the next tree of
 *  the same commit asks no server. */
export class OutsideContent {
  readonly #options: OutsideContentOptions;
  readonly #lfs: LfsContents;
  #submoduleStore: Promise<Git> | null = null;
  #submodules = NONE;
  /** Of what lies in submodules, as an install left it. */
  #entries = new Map<PathBytes, TreeEntry>();
  #pointers: Pointers = new Map();
  #absent: { kind: AbsentContent['kind']; path: PathBytes; because: string }[] = [];

  constructor(options: OutsideContentOptions) {
    this.#options = options;
    const { privateDirectory } = options;
    this.#lfs = new LfsContents({ privateDirectory, open: (gitDirectory) => this.#openBare(gitDirectory) });
  }

  /** Fetches what the pointers of a commit stand for, and puts it in their place in its fresh private folder. Returns the paths of the
   *  pointers that it replaced. */
  async fillIn(folder: string, { tree, stored }: { tree: Tree; stored: FilteredPaths }): Promise<Set<PathBytes>> {
    this.#absent = [];
    const { git, remoteUrl: url } = this.#options;
    const { pointers, put } = await this.#fill({ git, tree, stored, url, folder, prefix: '' });
    this.#pointers = pointers;
    return put;
  }

  /** Puts contents that are there already in the place of their pointers. */
  async putBack(folder: string, paths: readonly PathBytes[]): Promise<void> {
    const pointers = new Map([...this.#pointers].filter(([file]) => paths.includes(file)));
    if (pointers.size > 0) await this.#lfs.put(this.#options.remoteUrl, { pointers, folder });
  }

  /** Checks the commit's submodules out into its fresh private folder. Throws GIT_UNAVAILABLE. */
  async addSubmodules(
    folder: string,
    request: { commit: string; rules: string; signal?: AbortSignal | undefined; reading: Reading },
  ): Promise<void> {
    const { git, remoteUrl, privateDirectory, submodules, patience } = this.#options;
    const level = { git, url: remoteUrl, folder, ...request };
    this.#submodules = await placeSubmodules(level, {
      openStore: () => this.#openSubmodules(),
      privateDirectory,
      isOn: submodules,
      patience,
      onFiles: async ({ git: store, commit, url, folder: files, index, prefix }) => {
        const tree = await listTree(store, commit);
        const stored = await filteredPaths(store, { tree, index });
        await this.#fill({ git: store, tree, stored, url, folder: files, prefix });
      },
    });
    for (const [one, because] of this.#submodules.absent) this.#absent.push({ kind: 'submodule', path: one, because });
    this.#entries = (await this.#list(folder, { ...request.reading, isOwn: true })).entries;
  }

  /** What the last folder has not got, by kind and reason. */
  absent(): AbsentContent[] {
    const groups = Map.groupBy(this.#absent, ({ kind, because }) => `${kind} ${because}`);
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      return { kind: first.kind, because: first.because, paths: group.map((one) => textOfPath(one.path)) };
    });
  }

  /** Takes what lies in submodules below `root` for theirs from now on. */
  async keepInstalled(root: string, reading: Reading): Promise<void> {
    this.#entries = (await this.#list(root, { ...reading, known: this.#entries })).entries;
  }

  /** Returns the submodules below `root` in which something has changed that no `.gitignore` names. */
  async changedSubmodules(root: string, reading: Reading): Promise<ReadonlySet<PathBytes>> {
    const { placed } = this.#submodules;
    if (placed.size === 0) return placed;
    const listing = await this.#list(root, { ...reading, known: this.#entries }).catch((error: unknown) => {
      if (isWorkerError(error, 'GIT_FAILED')) return null;
      throw error;
    });
    // Git takes too long over patterns that somebody has put there.
    if (listing === null) return placed;
    for (const [file, entry] of listing.entries)
      if (isSameEntry(entry, this.#entries.get(file))) this.#entries.set(file, entry);
    const isOwnGit = (file: PathBytes) => file.endsWith('/.git') && placed.has(parentOf(file));
    const changes = compareTrees(this.#entries, listing).filter((change) => !isOwnGit(change.path));
    return new Set([...placed].filter((one) => changes.some((change) => isCovered(change.path, [one]))));
  }

  async #list(root: string, reading: Reading): Promise<Listing> {
    const { git, privateDirectory } = this.#options;
    const within = [...this.#submodules.placed];
    const ignore = createIgnoreRules({ git, privateDirectory, read: readIgnoreFilesBelow(root) });
    const tracked = this.#entries;
    try {
      const options = { root, tracked, submodules: new Set<PathBytes>(), ignore, within, reading };
      return await listWorkTree({ ...options, leavesOutGenerated: true });
    } finally {
      await ignore.close();
    }
  }

  async #fill(files: {
    git: Git;
    tree: Tree;
    stored: FilteredPaths;
    url: string;
    folder: string;
    prefix: PathBytes;
  }): Promise<{ pointers: Pointers; put: Set<PathBytes> }> {
    const { git, tree, stored, url, folder, prefix } = files;
    const absent = (kind: AbsentContent['kind'], because: string) => (file: PathBytes) =>
      this.#absent.push({ kind, because, path: prefix + file });
    stored.encrypted.forEach(absent('encrypted', 'The worker has no key for them.'));
    const pointers = await readPointers(git, { tree, paths: stored.lfs });
    if (pointers.size === 0) return { pointers, put: new Set() };
    const why = await this.#lfs.fetch(url, pointers);
    const put = await this.#lfs.put(url, { pointers, folder });
    [...pointers.keys()]
      .filter((file) => !put.has(file))
      .forEach(absent('lfs-pointer', why ?? 'Git LFS gave no contents for them.'));
    return { pointers, put };
  }

  #openSubmodules(): Promise<Git> {
    this.#submoduleStore ??= this.#openBare(path.join(this.#options.privateDirectory, 'submodules'));
    return this.#submoduleStore;
  }

  async #openBare(gitDirectory: string): Promise<Git> {
    const git = await this.#options.openGit(gitDirectory);
    await git.must(['init', '--quiet', '--bare', '--template=']);
    return git;
  }
}
