/** What the local GitHub keeps in memory. Branches, commits and files are not here: they are read from the bare repository. */

export type Permission = 'ADMIN' | 'MAINTAIN' | 'WRITE' | 'TRIAGE' | 'READ';

/** What a token may do, surface by surface; `permission` of a repository says what its account may. */
export type Surface = 'contents' | 'issues' | 'pullRequests' | 'projects' | 'workflows';
export type TokenRights = Record<Surface, 'write' | 'read'>;

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
  readonly protectedBranches: Set<string>;
  /** Issues and pull requests share one sequence of numbers. */
  readonly threads: Map<number, Issue | PullRequest>;
  archived: boolean;
  /** What the token may do here; READ makes pushes fail with 403. */
  permission: Permission;
  /** What a fine-grained token may do with contents, whatever its person may: `read` makes pushes fail with 403 while
   *  `viewerPermission` still says WRITE. */
  contents: 'write' | 'read';
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
}

export type FieldType = 'SINGLE_SELECT' | 'TEXT' | 'NUMBER' | 'TITLE';

export interface Field {
  readonly kind: 'field';
  readonly id: string;
  readonly project: Project;
  name: string;
  readonly type: FieldType;
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
  title: string;
  closed: boolean;
}

export type Node = Owner | Repository | Comment | Issue | PullRequest | Field | DraftIssue | Item | Project;

/** The hourly budget of the one account that all tokens share. */
export interface RateBudget {
  limit: number;
  remaining: number;
  resetAtMs: number;
}
