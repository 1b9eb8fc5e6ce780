/** A file, link or submodule as a commit has it. */
export interface CommittedBlob {
  readonly kind: 'file' | 'link' | 'submodule';
  /** git's object id, which names the content. */
  readonly id: string;
  readonly isExecutable: boolean;
}

/** What happened to one path between two commits. */
export interface CommittedChange {
  /** Path in the later commit, or in the earlier one where the later has none. */
  readonly path: string;
  /** Path in the earlier commit: another one where git takes the file for renamed. */
  readonly formerPath: string;
  /** Null where it was added. */
  readonly before: CommittedBlob | null;
  /** Null where it was deleted. */
  readonly after: CommittedBlob | null;
}

/** Lines of a file, the first one is 1. */
export interface LineRange {
  readonly from: number;
  readonly count: number;
}

/** Which lines of the later text are new, and which of the earlier one are gone. */
export interface LineChanges {
  readonly added: readonly LineRange[];
  readonly removed: readonly LineRange[];
}

/** What git's own objects say of commits: no work tree and no attribute of a branch has a part in it. */
export interface GitObjects {
  /** Id of a commit's tree: commits with the same contents have the same. Throws GIT_FAILED. */
  treeOf(commit: string): Promise<string>;
  /** What differs between two commits, by path; renamed files are one change. Throws GIT_FAILED. */
  changes(range: { since: string; until: string }): Promise<CommittedChange[]>;
  /** Contents of files and links by their id; null for one larger than `eachBytes`, or for which nothing is left of `allBytes`. Throws
   *  GIT_FAILED, and when an object is not there. */
  contents(
    ids: readonly string[],
    limits: { eachBytes: number; allBytes: number },
  ): Promise<ReadonlyMap<string, Uint8Array | null>>;
  /** How the lines of two contents differ, also of those that are no text. Throws GIT_FAILED. */
  lineChanges(ids: { before: string; after: string }): Promise<LineChanges>;
}
