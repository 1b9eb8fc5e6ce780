/** What the local GitHub keeps in memory. Branches, commits and files are not here: they are read from the bare repository. */

export type Permission = 'ADMIN' | 'MAINTAIN' | 'WRITE' | 'TRIAGE' | 'READ';

/** What a token may do, surface by surface; `permission` of a repository says what its account may. */
export type Surface = 'contents' | 'issues' | 'pullRequests' | 'projects' | 'workflows';
export type TokenRights = Record<Surface, 'write' | 'read' | 'none'>;

export interface Owner {
  readonly kind: 'owner';
  readonly id: string;
  readonly databaseId: number;
  readonly login: string;
  readonly type: 'Organization' | 'User';
}

export interface Repository {
  readonly kind: 'repository';
  readonly id: string;
  readonly databaseId: number;
  readonly owner: string;
  readonly name: string;
  /** `owner/name`. */
  readonly fullName: string;
  /** The bare git directory. */
  readonly directory: string;
  readonly defaultBranch: string;
  readonly isFork: boolean;
  /** Branches that this token may not push to. */
  readonly protectedBranches: Set<string>;
  /** Branch protection that lets the token push, or binds it otherwise. */
  readonly protections: BranchProtection[];
  readonly rulesets: Ruleset[];
  /** Issues and pull requests share one sequence of numbers. */
  readonly threads: Map<number, Issue | PullRequest>;
  archived: boolean;
  /** What the token may do here; READ makes pushes fail with 403. */
  permission: Permission;
}

/** A classic rule for branches, as `Ref.refUpdateRule` shows it to those it does not let administer it. */
export interface BranchProtection {
  readonly pattern: RegExp;
  readonly viewerCanPush: boolean;
  readonly requiresSignatures?: boolean;
  readonly requiresLinearHistory?: boolean;
  /** Shown to an administrator, as `branchProtectionRule`. */
  readonly isAdminEnforced?: boolean;
}

/** A ruleset; `rules` are types such as `required_signatures`: https://docs.github.com/en/rest/repos/rules */
export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly pattern: RegExp;
  readonly rules: readonly string[];
  readonly bypass: 'always' | 'pull_requests_only' | 'never';
}

export interface Comment {
  readonly kind: 'comment';
  readonly id: string;
  readonly databaseId: number;
  readonly author: string;
  readonly thread: Issue | PullRequest;
  readonly createdAtMs: number;
  body: string;
  updatedAtMs: number;
}

interface Thread {
  readonly id: string;
  readonly databaseId: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: string;
  readonly comments: Comment[];
  readonly labels: Set<string>;
  readonly createdAtMs: number;
  title: string;
  body: string;
  /** Nobody without write access to the repository comments on it any more; here: not the token's account. */
  locked: boolean;
  updatedAtMs: number;
}

export interface LinkedBranch {
  readonly name: string;
  readonly repository: Repository;
}

export interface Issue extends Thread {
  readonly kind: 'issue';
  state: 'OPEN' | 'CLOSED';
  readonly linkedBranches: LinkedBranch[];
  readonly closedBy: PullRequest[];
}

export interface PullRequest extends Thread {
  readonly kind: 'pull-request';
  state: 'OPEN' | 'CLOSED' | 'MERGED';
  draft: boolean;
  readonly headRef: string;
  /** Null when the fork was deleted. */
  headRepository: Repository | null;
  baseRef: string;
  /** The head that was seen last; answers for a branch that is gone. */
  lastHeadOid: string;
}

export interface Option {
  readonly id: string;
  name: string;
  color: string;
  description: string;
}

export type FieldType = 'SINGLE_SELECT' | 'TEXT' | 'NUMBER' | 'TITLE';

export interface Field {
  readonly kind: 'field';
  readonly id: string;
  readonly project: Project;
  name: string;
  readonly type: FieldType;
  /** The organisation's, not the board's own: cards answer with ProjectV2ItemIssueFieldValue. */
  readonly isIssueField: boolean;
  /** Empty unless the type is SINGLE_SELECT. */
  readonly options: Option[];
}

export interface DraftIssue {
  readonly kind: 'draft-issue';
  readonly id: string;
  title: string;
  body: string;
}

export type FieldValue = { readonly optionId: string } | { readonly text: string } | { readonly number: number };

export interface Item {
  readonly kind: 'item';
  readonly id: string;
  readonly databaseId: number;
  readonly project: Project;
  /** Null for an item that the token may not see (REDACTED). */
  readonly content: Issue | PullRequest | DraftIssue | null;
  /** By field id. */
  readonly values: Map<string, FieldValue>;
  /** Who changed a value last, and when; by field id. */
  readonly changes: Map<string, { readonly atMs: number; readonly by: string }>;
  readonly createdAtMs: number;
  /** Order on the board: ascending, unique, not dense. */
  position: number;
  archived: boolean;
  updatedAtMs: number;
}

export interface Project {
  readonly kind: 'project';
  readonly id: string;
  readonly number: number;
  readonly owner: Owner;
  readonly fields: Field[];
  readonly items: Item[];
  /** Those that are linked to it. */
  readonly repositories: Repository[];
  title: string;
  closed: boolean;
  /** The person may change the cards. */
  viewerCanUpdate: boolean;
}

export type Node = Owner | Repository | Comment | Issue | PullRequest | Field | DraftIssue | Item | Project;

/** The hourly budget of the one account that all tokens share. */
export interface RateBudget {
  limit: number;
  remaining: number;
  resetAtMs: number;
}
