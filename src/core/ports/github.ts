import type { ProjectConfig } from '../config.ts';
import type { SpecFiles } from '../spec/spec.ts';

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
  getColumn(itemId: string): Promise<string | null | undefined>;
  /** Moves the card; false when the board has no such column, or the card is gone. Resolves field and option in the same
   *  call chain. Throws GITHUB_REFUSED. */
  move(itemId: string, column: string): Promise<boolean>;
}

export interface PullRequestFacts {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly isDraft: boolean;
  readonly headRef: string;
  readonly headRepository: string | null;
  readonly baseRef: string;
}

/** A pull request as `Branches` finds it. */
export interface InspectedPullRequest extends PullRequestFacts {
  /** Object id of the base's `.kiro-worker.yml`, null when it has none. */
  readonly baseRulesFile: string | null;
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
      readonly pullRequests: readonly InspectedPullRequest[];
    };

export interface RepositoryFacts {
  readonly nameWithOwner: string;
  readonly defaultBranch: string;
  /** Object id of the default branch's `.kiro-worker.yml`, null when it has none. */
  readonly rulesFile: string | null;
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
  /** The open pull request of this number, null when it is closed or gone: its list lags behind. */
  get(number: number): Promise<PullRequest | null>;
  /** Opens a draft, or returns the one that is open already; `unlabelled` says why it has no labels. Throws GITHUB_REFUSED
   *  when GitHub never will. */
  createDraft(request: {
    branch: string;
    base: string;
    title: string;
    body: string;
  }): Promise<PullRequest & { readonly unlabelled?: string }>;
  /** Re-reads the body just before it writes what `change` makes of it; unchanged text is not written. Throws GITHUB_REFUSED. */
  updateBody(number: number, change: (body: string) => string): Promise<PullRequest>;
  /** Throws GITHUB_REFUSED. */
  setDraft(number: number, draft: boolean): Promise<void>;
}

export interface Comments {
  /** Edits our one comment (marker and own author) on an issue or pull request, or adds it. Returns its URL. Throws
   *  GITHUB_REFUSED where that is refused for good. */
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
