import type { GitReaders } from '../git/readers.ts';
import type { Comment, DraftIssue, Field, Issue, Item, Node, Project, PullRequest, Repository } from '../model.ts';
import type { GitHubState } from '../state.ts';
import type { Fields } from './connection.ts';
import type { QueryCost } from './query-cost.ts';

/** What GraphQL answers for each kind of object; a field that is missing here is refused, never answered with null. */
export interface Views {
  node(node: Node): Fields;
  actor(login: string): Fields;
  project(project: Project): Fields;
  item(item: Item): Fields;
  field(field: Field): Fields;
  draftIssue(draft: DraftIssue): Fields;
  repository(repository: Repository): Fields;
  ref(repository: Repository, name: string): Promise<Fields | null>;
  issue(issue: Issue): Fields;
  pullRequest(pullRequest: PullRequest): Fields;
  comment(comment: Comment): Fields;
}

export interface ViewContext {
  readonly state: GitHubState;
  readonly readers: GitReaders;
  /** Base of web pages and git. */
  readonly serverUrl: string;
  readonly views: Views;
}

export interface QueryContext extends ViewContext {
  readonly cost: QueryCost;
}

/** GitHub's date-time: no milliseconds. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
