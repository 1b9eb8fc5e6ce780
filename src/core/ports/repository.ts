import type { Policy } from '../gates/policy.ts';
import type { FoundSecret } from '../gates/secrets/found-secret.ts';
import type { FileChange } from '../repository/file-change.ts';
import type { GitObjects } from './git-objects.ts';

export type PushResult =
  | { readonly kind: 'pushed' }
  /** The remote branch is not where this run left it; `by` names the author of its head, null when it is gone. */
  | { readonly kind: 'moved'; readonly head: string | null; readonly by: string | null }
  | PushRefusal;

export interface PushRefusal {
  readonly kind: 'refused';
  /** The account may not write here, or a rule of the repository says no. */
  readonly because: 'rights' | 'rule';
  /** All that git and the server said. */
  readonly text: string;
  /** What of it tells people why. */
  readonly detail: string;
  readonly remedy: string;
}

export interface PushOptions {
  /** Once it is aborted, a fault that may pass is not waited for any more: one last attempt follows. */
  readonly signal?: AbortSignal | undefined;
  /** Called before each attempt; what it throws ends the push. */
  readonly confirm?: () => Promise<void>;
}

export type CommitResult =
  /** `told` are secrets that the commit adds and that its policy lets pass. */
  { readonly kind: 'committed'; readonly head: string; readonly told: readonly FoundSecret[] } | HeldBack;

/** Nothing was committed. */
export type HeldBack =
  /** These files (or the commit message) contain a secret of the worker. */
  | { readonly kind: 'holds-secrets'; readonly places: readonly string[] }
  /** The commit would add these. */
  | { readonly kind: 'adds-secrets'; readonly found: readonly FoundSecret[] };

/** What came of a commit that was to be made anew: its head and what it changes there, or why there is none. */
export type RecommitResult =
  | (Extract<CommitResult, { kind: 'committed' }> & { readonly changes: readonly FileChange[] })
  | { readonly kind: 'conflict'; readonly paths: readonly string[] }
  | HeldBack;

export interface CommitText {
  readonly message: string;
  readonly trailers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Files that the worker itself puts in, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** What to do about each secret that the commit would add; each keeps it from being made by default. */
  readonly judgeSecret?: (found: FoundSecret) => Policy;
}

/** The workspace at one moment, read once: what is judged is what is committed. */
export interface StagedWork {
  /** What differs from HEAD; ignored files do not count. */
  readonly changes: readonly FileChange[];
  /** Bytes of a changed file as they would be committed; null when the file is not changed. */
  read(path: string): Promise<Uint8Array | null>;
  /** Commits the changes except those at or below `exclude`. Throws when one of the changes cannot be committed. */
  commit(request: CommitText & { exclude: readonly string[] }): Promise<CommitResult>;
}

export interface CheckoutResult {
  readonly head: string;
  /** Where the branch left its base. */
  readonly mergeBase: string;
  /** Head of the branch that the rules come from, and where the branch left it. */
  readonly rules: { readonly commit: string; readonly mergeBase: string };
}

/** Paths of a commit whose contents a workspace does not have, for one reason: what lies there are pointers of Git LFS, bytes that a
 *  filter has encrypted, or the empty folders of submodules. */
export interface AbsentContent {
  readonly kind: 'lfs-pointer' | 'encrypted' | 'submodule';
  readonly paths: readonly string[];
  /** Why, a whole sentence for people. */
  readonly because: string;
}

export interface CommittedEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'submodule';
  /** git's object id, which names the content. */
  readonly id: string;
}

export interface BranchCommit {
  readonly id: string;
  /** The first one, null where it has none. */
  readonly parent: string | null;
  readonly trailers: ReadonlyMap<string, string>;
}

/** One branch, checked out. Its git folder is the worker's own; the work tree is where untrusted code runs, and git never
 *  sees it. Nothing untrusted may run while a method does. */
export interface Repository {
  readonly workspace: string;
  readonly objects: GitObjects;
  /** Fetches these branches with all of their history and tags, and checks the head of `branch` out, with what Git LFS keeps and the
   *  submodules that the rules name, as far as the worker gets them. A fault that may pass is waited for. Throws BRANCH_MISSING, GIT_FAILED, GIT_UNAVAILABLE, REPOSITORY_MOVED, SECRET_INVALID, SETUP_INCOMPLETE. */
  checkout(request: {
    branch: string;
    base: string;
    rulesBranch: string;
    signal?: AbortSignal | undefined;
  }): Promise<CheckoutResult>;
  /** What the workspace lacks of the commit that was checked out. */
  absentContent(): readonly AbsentContent[];
  /** Gives the workspace a `.git` of its own: history, branches and tags of the checkout and the commits since, without remote or
   *  credentials. */
  resetWorkspaceGit(): Promise<void>;
  /** What stands at a path of a commit; null is git's own answer that nothing does. Throws GIT_FAILED. */
  find(commit: string, path: string): Promise<CommittedEntry | null>;
  /** Bytes of a regular file in a commit, null when there is none. Throws GIT_FAILED when it cannot be read. */
  read(commit: string, path: string): Promise<Uint8Array | null>;
  /** Names of the regular files directly in a folder of a commit (`.` is its root), null when the folder is not there. */
  list(commit: string, folder: string): Promise<string[] | null>;
  /** Makes these paths of the workspace equal to a commit (gone where that has none). */
  restore(commit: string, paths: readonly string[]): Promise<void>;
  /** What differs between a commit and the workspace at these paths and below, ignored files included. */
  differences(commit: string, paths: readonly string[]): Promise<FileChange[]>;
  /** Reads what the workspace changed since it was checked out or last committed. */
  stage(): Promise<StagedWork>;
  /** Commits these contents alone, and puts them into the workspace. */
  commitContents(request: CommitText): Promise<CommitResult>;
  /** Fetches the branches of the checkout anew. Returns what they are at; null when one is gone, or the branch's head does not
   *  descend from the one that this run knows. Changes nothing else. */
  fetchMoved(): Promise<CheckoutResult | null>;
  /** Makes the last commit, which is not pushed, anew on such a head, with a fresh check-out of it as workspace. Files that both
   *  changed are put together line by line; `contents` are as given. */
  recommit(request: CommitText & { onto: CheckoutResult }): Promise<RecommitResult>;
  /** Puts a fresh check-out of the head, or of a commit below it, in the place of whatever the workspace holds. Returns that
   *  commit. Nothing is committed from another one than the head. */
  renew(commit?: string): Promise<string>;
  /** Paths of everything in a commit but folders. */
  paths(commit: string): Promise<string[]>;
  /** Takes all that lies in the workspace beside the commit's files for made by an install: it stays, and gets into no commit of
   *  this run. */
  keepInstalled(): Promise<void>;
  /** Drops everything that is not committed; ignored files stay, and what was installed. */
  discard(): Promise<void>;
  /** Pushes HEAD onto the head that this run knows, and only when it descends from that. A fault that may pass is waited for, and a
   *  push whose answer was lost is done. Throws GIT_FAILED, GIT_UNAVAILABLE, REPOSITORY_MOVED, SECRET_INVALID. */
  push(branch: string, options?: PushOptions): Promise<PushResult>;
  /** Asks whether a push of HEAD would be taken, and changes nothing; rules about what is pushed do not answer. Throws as `push`. */
  tryPush(branch: string, options?: PushOptions): Promise<PushResult>;
  /** Asks the server once, with nothing of any branch, what a fetch and a push ask first. Throws GIT_UNAVAILABLE where it does not
   *  answer. */
  probe(): Promise<void>;
  /** What has the shape of a secret in what differs between two commits, and stands nowhere in the earlier one. Throws GIT_FAILED. */
  addedSecrets(range: { since: string; until: string }): Promise<readonly FoundSecret[]>;
  /** Commits since the merge base, oldest first. */
  commits(): Promise<readonly BranchCommit[]>;
  /** Unified diff of HEAD against the merge base. */
  diff(): Promise<string>;
  /** Paths that differ between the merge base (or the commit `since`) and HEAD (or `until`); with `linesMatch`, only those that
   *  the latter has and whose changed lines match that POSIX extended regular expression. */
  changedFiles(request?: { since?: string; until?: string; linesMatch?: string }): Promise<string[]>;
}
