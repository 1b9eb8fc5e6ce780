import type { ProjectConfig } from '../config.ts';
import type { RulesFile } from '../repository/rules-file.ts';
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
  /** More is linked than the lists above hold. */
  readonly hasMoreLinks: boolean;
}

export interface BoardItem {
  readonly id: string;
  readonly type: 'ISSUE' | 'PULL_REQUEST' | 'DRAFT_ISSUE' | 'REDACTED';
  readonly title: string;
  readonly archived: boolean;
  readonly status: string | null;
  /** When the status was last changed (epoch ms, by GitHub's clock), where that is known. */
  readonly movedAtMs?: number | null;
  /** As `movedAtMs` where a person changed it, null where it was nobody or a program; where that is known. */
  readonly movedByPersonAtMs?: number | null;
  readonly branchField: string | null;
  /** What keeps the board's branch field from naming branches, such as `is of type SINGLE_SELECT`; null when nothing does. */
  readonly branchFieldFault: string | null;
  /** Rank of the priority option on the board (0 = first option = most urgent), null without one. */
  readonly priority: number | null;
  /** Order on the board, from 0. */
  readonly position: number;
  readonly createdAtMs: number;
  readonly content: BoardContent | null;
  /** Why a part of the card could not be read, in GitHub's words; null when all of it was. */
  readonly unreadable: string | null;
}

/** A field of the board that the configuration names. */
export interface BoardField {
  /** GitHub's data type, such as SINGLE_SELECT or TEXT. */
  readonly dataType: string;
  /** Names of its options, null for a field that has none. */
  readonly options: readonly string[] | null;
  /** Type of a value that a card has here and that is none of the field's own: an organisation's issue field answers with
   *  `ProjectV2ItemIssueFieldValue`. Null when none was seen. */
  readonly foreignValue: string | null;
}

export interface BoardSnapshot {
  readonly projectId: string;
  readonly title: string;
  readonly url: string;
  readonly columns: readonly string[];
  /** Null for a field that the board lacks; `all` are the fields that it has. */
  readonly fields: {
    readonly status: BoardField | null;
    readonly branch: BoardField | null;
    readonly priority: BoardField | null;
    readonly all: ReadonlyArray<{ readonly name: string; readonly dataType: string }>;
  };
  /** The token may change values of the board's cards. */
  readonly canUpdate: boolean;
  /** Scopes of a classic token; null for other tokens, whose rights GitHub does not list. */
  readonly tokenScopes: readonly string[] | null;
  readonly items: readonly BoardItem[];
  readonly requests: number;
  /** Share of the hourly budget that is left, 0 to 100; null when the server does not say. */
  readonly budgetRemainingPct: number | null;
}

/** The column of a card. */
export interface CardStand {
  /** Null when the card has none. */
  readonly column: string | null;
  /** When that was last changed (epoch ms, by GitHub's clock), null where nobody knows. */
  readonly movedAtMs: number | null;
}

export interface Board {
  /** All items (every page); `column` filters on the server where that is available. Throws BOARD_* errors loudly. */
  read(request: { column: string | null }): Promise<BoardSnapshot>;
  /** Where one item stands now; undefined when the item is gone. One such answer proves
   *  nothing yet: `findCard` answers the same question in another way. */
  getColumn(itemId: string): Promise<CardStand | undefined>;
  /** As `getColumn`, but from the list of the board's items, and with the columns that the board has. Throws when the list has
   *  holes and the item is not in it. */
  findCard(itemId: string): Promise<(CardStand & { readonly columns: readonly string[] }) | undefined>;
  /** Moves the card, and returns when its column was last changed, by GitHub's clock (null where that is not known); false when
   *  the board has no such column. Resolves field and option in the same call chain. Throws GITHUB_REFUSED, and GITHUB_FAILED
   *  for a card that is not shown. */
  move(itemId: string, column: string): Promise<{ readonly atMs: number | null } | false>;
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

/** A rule that binds the token and that a push of the worker would break. */
export interface BranchRule {
  readonly kind: 'push' | 'pull-request' | 'signatures' | 'linear-history' | 'status-checks' | 'merge-queue';
  /** Whose rule it is, such as `the ruleset "Signed"`. */
  readonly source: string;
}

export interface HeadCommit {
  /** Its author is a person's account, and neither name nor address is a program's. */
  readonly isByPerson: boolean;
  /** The build that made it, by its trailer; null for a commit of anybody else. */
  readonly buildId: string | null;
}

export type BranchFacts =
  | { readonly exists: false }
  /** GitHub could not show it; says why, in GitHub's words. */
  | { readonly exists: 'unknown'; readonly reason: string }
  | {
      readonly exists: true;
      readonly head: string;
      /** Where it is known: whose commit the head is. */
      readonly headCommit?: HeadCommit;
      /** What its branch protection forbids this token; `Branches.rules` knows of rulesets. */
      readonly rules: readonly BranchRule[];
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

export interface FolderQuestion {
  readonly commit: string;
  /** Relative to the repository, as parts joined by `/`; not its root. */
  readonly folder: string;
}

/** What a commit has at the path of a folder. A file, or a link on the way, is no folder. */
export type FolderFacts =
  | { readonly kind: 'there' | 'absent' }
  /** What is there is another repository's matter. */
  | { readonly kind: 'in-submodule' }
  /** GitHub could not show it; says why. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Branches {
  /** Facts of any number of branches, one request per 50 while GitHub answers such; one that cannot be read is `unknown`. */
  inspect(branches: readonly string[]): Promise<{
    repository: RepositoryFacts;
    branches: ReadonlyMap<string, BranchFacts>;
    requests: number;
  }>;
  /** The rules of rulesets that bind this token on a branch and that a push would break. */
  rules(branch: string): Promise<readonly BranchRule[]>;
  /** The `.kiro-worker.yml` of a branch, null when it has none. */
  rulesFile(branch: string): Promise<RulesFile | null>;
  /** What commits have at folders, one answer for each question; one request per 50 while GitHub answers such. */
  folders(questions: readonly FolderQuestion[]): Promise<readonly FolderFacts[]>;
}

/** What the token may write beside git, asked without writing anything. */
export interface Rights {
  /** Returns what the token may not do for the issue or pull request `subjectNumber`, one sentence each. */
  missing(subjectNumber: number): Promise<readonly string[]>;
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
  readonly rights: Rights;
}

export type ConnectGitHub = (config: ProjectConfig) => GitHub;
