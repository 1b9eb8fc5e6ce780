import type { ProjectConfig } from './config.ts';
import type { FileChange } from './file-change.ts';
import type { AcquireRequest, Acquisition, Holder, LockRow, ReleaseRequest } from './lock.ts';
import type { SpecFiles } from './spec.ts';

/** Milliseconds since the epoch, and waiting. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// ---- lock -------------------------------------------------------------------------------------------------------

/** Every write is one conditional write. Methods that return a boolean say whether the condition held. */
export interface LockStore {
  acquire(request: AcquireRequest): Promise<Acquisition>;
  /** Sets leaseExpiresAtMs = nowMs + leaseMs when `holder` still holds the row (an expired lease may be renewed). */
  renew(holder: Holder & { leaseMs: number; nowMs: number }): Promise<boolean>;
  /** Notes the build that the holder started, and counts the attempt (once per fence, however often it is called). */
  recordBuild(holder: Holder & { buildId: string }): Promise<boolean>;
  release(request: ReleaseRequest): Promise<boolean>;
  get(lockKey: string): Promise<LockRow | null>;
  /** Rows of the given keys, one request per 100. */
  getMany(lockKeys: readonly string[]): Promise<LockRow[]>;
  /** All rows that are held now. */
  listHeld(): Promise<LockRow[]>;
  /** All rows, newest acquisition first, for people to read. */
  list(): Promise<LockRow[]>;
}

// ---- board ------------------------------------------------------------------------------------------------------

export interface LinkedPullRequest {
  readonly number: number;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly headRef: string;
  /** `owner/name`; null when the fork is gone. */
  readonly headRepository: string | null;
  /** `owner/name` of the repository that the pull request is opened in. */
  readonly repository: string;
}

export interface BoardContent {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly repository: string;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  /** A pull request's own head, or an issue's linked ones. */
  readonly pullRequests: readonly LinkedPullRequest[];
  readonly linkedBranches: ReadonlyArray<{ readonly name: string; readonly repository: string }>;
}

export interface BoardItem {
  readonly id: string;
  readonly type: 'ISSUE' | 'PULL_REQUEST' | 'DRAFT_ISSUE' | 'REDACTED';
  readonly title: string;
  readonly archived: boolean;
  readonly status: string | null;
  readonly branchField: string | null;
  /** Rank of the priority option on the board (0 = first option = most urgent), null without one. */
  readonly priority: number | null;
  /** Order on the board, from 0. */
  readonly position: number;
  readonly createdAtMs: number;
  readonly content: BoardContent | null;
}

export interface BoardSnapshot {
  readonly projectId: string;
  readonly title: string;
  readonly url: string;
  readonly columns: readonly string[];
  readonly items: readonly BoardItem[];
  readonly requests: number;
  /** Share of the hourly budget that is left, 0 to 100; null when the server does not say. */
  readonly budgetRemainingPct: number | null;
}

export interface Board {
  /** All items (every page); `column` filters on the server where that is available. Throws BOARD_* errors loudly. */
  read(request: { column: string | null }): Promise<BoardSnapshot>;
  /** The column of one item now; null when the item has none, undefined when the item is gone. */
  columnOf(itemId: string): Promise<string | null | undefined>;
  /** Moves the card; false when the board has no such column. Resolves field and option in the same call chain. */
  move(itemId: string, column: string): Promise<boolean>;
}

// ---- repository -------------------------------------------------------------------------------------------------

export interface PullRequestFacts {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly isDraft: boolean;
  readonly headRef: string;
  readonly headRepository: string | null;
  readonly baseRef: string;
}

export type BranchFacts =
  | { readonly exists: false }
  | {
      readonly exists: true;
      readonly head: string;
      readonly isProtected: boolean;
      /** The first of the candidate folders that exists, with its files. */
      readonly spec: SpecFiles | null;
      /** Open pull requests whose head has this name, forks' included. */
      readonly pullRequests: readonly PullRequestFacts[];
    };

export interface RepositoryFacts {
  readonly nameWithOwner: string;
  readonly defaultBranch: string;
  readonly canPush: boolean;
  readonly isArchived: boolean;
}

export interface Branches {
  /** Facts of up to any number of branches, one request per 50. */
  inspect(branches: readonly string[]): Promise<{
    repository: RepositoryFacts;
    branches: ReadonlyMap<string, BranchFacts>;
    requests: number;
  }>;
}

export interface PullRequest extends PullRequestFacts {
  readonly title: string;
  readonly body: string;
}

export interface PullRequests {
  /** The open pull request of this repository's own branch, null when there is none; throws when there are several. */
  find(branch: string): Promise<PullRequest | null>;
  createDraft(request: { branch: string; base: string; title: string; body: string }): Promise<PullRequest>;
  /** Re-reads the body just before it writes what `change` makes of it; unchanged text is not written. */
  updateBody(number: number, change: (body: string) => string): Promise<PullRequest>;
  setDraft(number: number, draft: boolean): Promise<void>;
}

export interface Comments {
  /** Edits our one comment (marker and own author) on an issue or pull request, or adds it. Returns its URL. */
  upsert(request: { number: number; marker: string; body: string }): Promise<string>;
}

/** Everything on GitHub that belongs to one project configuration. */
export interface GitHub {
  readonly board: Board;
  readonly branches: Branches;
  readonly pullRequests: PullRequests;
  readonly comments: Comments;
}

export type ConnectGitHub = (config: ProjectConfig) => GitHub;

// ---- builds -----------------------------------------------------------------------------------------------------

export type BuildStatus = 'QUEUED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'STOPPED' | 'TIMED_OUT';

export interface Build {
  readonly id: string;
  readonly status: BuildStatus;
  readonly ended: boolean;
  readonly currentPhase: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly logsUrl: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

export interface StartBuild {
  /** Idempotency token; also handed to the build as START_TOKEN, so that the build can be found by it. */
  readonly token: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Content hash of the release that runs; null where the service has one of its own. */
  readonly release: string | null;
}

export type StartResult =
  | { readonly kind: 'started'; readonly build: Build }
  | { readonly kind: 'at-capacity'; readonly detail: string }
  | { readonly kind: 'not-set-up'; readonly detail: string };

export interface BuildService {
  /** Throws BUILD_SERVICE_FAILED when the answer is lost or the service fails: then ask with `find`. */
  start(request: StartBuild): Promise<StartResult>;
  /** The build that was started with this token, null when there is none. */
  find(token: string): Promise<Build | null>;
  get(ids: readonly string[]): Promise<Build[]>;
  stop(id: string): Promise<void>;
}

// ---- the worker's repository -------------------------------------------------------------------------------------

export type PushResult =
  | { readonly kind: 'pushed' }
  /** The remote branch is not where this run left it; `by` names the author of its head, null when it is gone. */
  | { readonly kind: 'moved'; readonly head: string | null; readonly by: string | null }
  | { readonly kind: 'refused'; readonly detail: string };

export type CommitResult =
  | { readonly kind: 'committed'; readonly head: string }
  /** Nothing was committed: these files (or the commit message) hold a secret of the worker. */
  | { readonly kind: 'holds-secrets'; readonly places: readonly string[] };

export interface CommitText {
  readonly message: string;
  readonly trailers: ReadonlyArray<readonly [name: string, value: string]>;
  /** Files that the worker itself puts in, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

/** What the workspace held at one moment, read once: what is judged is what is committed. */
export interface StagedWork {
  /** What differs from HEAD; ignored files do not count. */
  readonly changes: readonly FileChange[];
  /** Bytes of a changed file as they would be committed; null when it is no changed file. */
  read(path: string): Promise<Uint8Array | null>;
  /** Commits the changes except those at or below `exclude`. Throws when one of the changes cannot be committed. */
  commit(request: CommitText & { exclude: readonly string[] }): Promise<CommitResult>;
}

/** One branch, checked out. Its git folder is the worker's own; the work tree is where untrusted code runs, and git never
 *  gets to see it. Nothing untrusted may run while a method does. */
export interface Repository {
  readonly workspace: string;
  /** Fetches branch and base and checks the branch's head out. Throws BRANCH_MISSING, GIT_FAILED. */
  checkout(request: { branch: string; base: string }): Promise<{ head: string; baseHead: string; mergeBase: string }>;
  /** Gives the workspace a `.git` of its own, a copy without remote or credentials. */
  plantWorkspaceGit(): Promise<void>;
  /** Bytes of a file in a commit, null when it is not there or no file. */
  read(commit: string, path: string): Promise<Uint8Array | null>;
  /** Names of the regular files directly in a folder of a commit, null when the folder is not there. */
  list(commit: string, folder: string): Promise<string[] | null>;
  /** Makes these paths of the workspace equal to a commit (gone where that has none). */
  restore(commit: string, paths: readonly string[]): Promise<void>;
  /** What differs between a commit and the workspace at these paths and below, ignored files included. */
  differences(commit: string, paths: readonly string[]): Promise<FileChange[]>;
  /** Reads what the workspace changed since it was checked out or last committed. */
  stage(): Promise<StagedWork>;
  /** Commits these contents alone, and puts them into the workspace. */
  commitContents(request: CommitText): Promise<CommitResult>;
  /** Drops everything that is not committed (ignored files stay). */
  discard(): Promise<void>;
  /** Pushes HEAD onto the head that this run knows, and only when it descends from that. */
  push(branch: string): Promise<PushResult>;
  /** Commits since the merge base, oldest first. */
  commits(): Promise<ReadonlyArray<{ readonly id: string; readonly trailers: ReadonlyMap<string, string> }>>;
  /** Unified diff of HEAD against the merge base. */
  diff(): Promise<string>;
  changedFiles(): Promise<string[]>;
}

// ---- settings and results ---------------------------------------------------------------------------------------

export interface Secrets {
  /** The GitHub token; throws SETUP_INCOMPLETE when empty, SECRET_INVALID when it cannot be one. */
  githubToken(): Promise<string>;
  /** Basic credentials for git over HTTPS. */
  gitCredentials(): Promise<{ username: string; password: string }>;
  kiroApiKey(): Promise<string>;
}

/** Raw text of the project configuration, null when nothing is there; parsed by core/config.ts. */
export type ReadProjectConfig = () => Promise<{ text: string; source: string } | null>;

/** Content hash of the release to run, null when none was published. */
export type ReadRelease = () => Promise<string | null>;

export interface ArtifactStore {
  /** Stores one file of a run, under `{environment}/{build id}/`; returns where it lies, for people. */
  put(path: string, content: string | Uint8Array): Promise<string>;
  /** Where the run's files lie, for people (URL or folder). */
  readonly location: string;
}

// ---- agent and processes ----------------------------------------------------------------------------------------

export interface ProcessRequest {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the child; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** Ends the process when it writes nothing for so long. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
  readonly onStdoutLine?: (line: string) => void;
  readonly onStderrLine?: (line: string) => void;
}

export interface ProcessResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly endedBy: 'exit' | 'timeout' | 'silence' | 'abort' | 'spawn-failure';
  /** Last part of both streams, at most 64 KiB each, ANSI stripped. */
  readonly stdoutTail: string;
  readonly stderrTail: string;
  readonly durationMs: number;
}

/** Runs whatever comes from the branch (agent, install, tests): own user where possible, allow-listed environment,
 *  own process group, and nothing of it alive afterwards. */
export interface Sandbox {
  run(request: ProcessRequest): Promise<ProcessResult>;
  /** How well the machine separates: 'user' = an operating-system user of its own, 'none' = runs as you. */
  readonly isolation: 'user' | 'none';
  /** Home folder of the sandboxed user, empty at the start of a run. */
  readonly home: string;
  /** Makes a folder tree writable for the sandboxed user. */
  grant(folder: string): Promise<void>;
  /** Ends everything that still runs under this sandbox. */
  end(): Promise<void>;
}

export interface AgentRequest {
  readonly prompt: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly silenceMs: number;
  readonly creditLimit: number | null;
  readonly signal?: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export type AgentResult = {
  readonly kind:
    | 'finished'
    | 'failed'
    | 'refused'
    | 'denied'
    | 'timeout'
    | 'silence'
    | 'credits'
    | 'aborted'
    | 'not-authenticated';
  /** One sentence for people. */
  readonly detail: string;
  readonly finalText: string;
  readonly credits: number | null;
  readonly transcript: string;
  readonly durationMs: number;
};

export interface Agent {
  readonly name: string;
  /** Cheap check before any money is spent; throws AGENT_* or SETUP_INCOMPLETE errors. */
  prepare(): Promise<void>;
  run(request: AgentRequest): Promise<AgentResult>;
}

// ---- telling ----------------------------------------------------------------------------------------------------

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Telemetry {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Adds to one of core/names.ts METRICS. */
  count(metric: string, value: number): void;
  /** Sends buffered metrics; called once at the end of a poll or run. */
  flush(): void;
}

// ---- releases ---------------------------------------------------------------------------------------------------

export interface StoredRelease {
  /** Content hash; names the release everywhere. */
  readonly hash: string;
  readonly publishedAtMs: number;
  readonly sizeBytes: number;
}

/** The worker's releases of one environment, and which of them new builds run. */
export interface ReleaseStore {
  /** Stores a release under its content hash; one that is there already stays as it is. */
  put(hash: string, zip: Uint8Array): Promise<void>;
  has(hash: string): Promise<boolean>;
  /** All of them, newest first. Throws SETUP_INCOMPLETE when there is no place for releases yet. */
  list(): Promise<StoredRelease[]>;
  /** Hash that new builds run, null when none was chosen. Throws RELEASE_INVALID when another text stands there. */
  current(): Promise<string | null>;
  setCurrent(hash: string): Promise<void>;
}
