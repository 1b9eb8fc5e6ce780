export type PushResult =
  | { readonly kind: 'pushed' }
  /** The remote branch is not where this run left it; `by` names the author of its head, null when it is gone. */
  | { readonly kind: 'moved'; readonly head: string | null; readonly by: string | null }
  | { readonly kind: 'refused'; readonly detail: string };

export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted' | 'nested-repository';
}

/** One branch, checked out. Its git folder is the worker's own; the work tree is where untrusted code runs. */
export interface Repository {
  readonly workspace: string;
  /** Fetches branch and base and checks the branch's head out. Throws BRANCH_MISSING, GIT_FAILED. */
  checkout(request: { branch: string; base: string }): Promise<{ head: string; baseHead: string; mergeBase: string }>;
  /** Gives the workspace a `.git` of its own, a copy without remote or credentials. */
  plantWorkspaceGit(): Promise<void>;
  /** Bytes of a file in a commit, null when it is not there or no file. */
  read(commit: string, path: string): Promise<Uint8Array | null>;
  /** Bytes of a regular file of the workspace as it is now; null when it is not there or a link is on the way. */
  readWorkspace(path: string): Promise<Uint8Array | null>;
  /** Names of the regular files directly in a folder of a commit, null when the folder is not there. */
  list(commit: string, folder: string): Promise<string[] | null>;
  /** Makes these paths of the workspace equal to a commit (gone where that has none). */
  restore(commit: string, paths: readonly string[]): Promise<void>;
  /** What the workspace changed against HEAD (or against `commit`, in these paths). Ignored files do not count. */
  changes(against?: { commit: string; paths: readonly string[] }): Promise<FileChange[]>;
  /** Commits the workspace except `exclude`, with these file contents put in by the worker. Returns the new head. */
  commit(request: {
    message: string;
    trailers: ReadonlyArray<readonly [name: string, value: string]>;
    exclude: readonly string[];
    contents: ReadonlyMap<string, Uint8Array>;
    /** Only `contents` goes in, nothing of the workspace. */
    only?: boolean;
  }): Promise<string>;
  /** Drops everything that is not committed (ignored files stay). */
  discard(): Promise<void>;
  /** Pushes HEAD without force, only onto the head that this run knows. */
  push(branch: string): Promise<PushResult>;
  /** Commits since the merge base, oldest first. */
  commits(): Promise<ReadonlyArray<{ readonly id: string; readonly trailers: ReadonlyMap<string, string> }>>;
  /** Unified diff of HEAD against the merge base. */
  diff(): Promise<string>;
  changedFiles(): Promise<string[]>;
}
