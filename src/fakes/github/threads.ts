import { GitHubError } from './github-error.ts';
import type { Comment, Issue, LinkedBranch, Permission, PullRequest, Repository } from './model.ts';
import { refusal } from './refusals.ts';
import { Store } from './store.ts';

const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly directory: string;
  readonly defaultBranch: string;
  readonly protectedBranches?: readonly string[];
  readonly isFork?: boolean;
  readonly archived?: boolean;
  readonly permission?: Permission;
}

interface NewThread {
  readonly repository: Repository;
  readonly title: string;
  readonly body?: string;
  readonly author?: string;
}

export interface NewIssue extends NewThread {
  readonly state?: Issue['state'];
  readonly linkedBranches?: readonly LinkedBranch[];
  readonly closedBy?: readonly PullRequest[];
}

export interface NewPullRequest extends NewThread {
  readonly state?: PullRequest['state'];
  readonly draft?: boolean;
  readonly headRef: string;
  /** The repository itself by default; null is a fork that was deleted. */
  readonly headRepository?: Repository | null;
  readonly baseRef?: string;
}

/** Repositories with their issues, pull requests and comments. */
export class Threads extends Store {
  /** Reads that do not show an object yet. */
  readonly #unseen = new Map<Comment | PullRequest, number>();
  /** Bodies that reads still show, and how many. */
  readonly #stale = new Map<Issue | PullRequest, { body: string; left: number }>();

  addRepository(input: NewRepository): Repository {
    this.addOwner({ login: input.owner, type: 'Organization' });
    return this.keep({
      kind: 'repository',
      ...this.newId('R'),
      owner: input.owner,
      name: input.name,
      fullName: `${input.owner}/${input.name}`,
      directory: input.directory,
      defaultBranch: input.defaultBranch,
      isFork: input.isFork ?? false,
      protectedBranches: new Set(input.protectedBranches ?? []),
      threads: new Map(),
      archived: input.archived ?? false,
      permission: input.permission ?? 'WRITE',
      contents: 'write',
    });
  }

  addIssue(input: NewIssue): Issue {
    return this.#keepThread({
      kind: 'issue',
      ...this.#thread(input, 'I'),
      state: input.state ?? 'OPEN',
      linkedBranches: [...(input.linkedBranches ?? [])],
      closedBy: [...(input.closedBy ?? [])],
    });
  }

  addPullRequest(input: NewPullRequest): PullRequest {
    const pullRequest = this.#keepThread<PullRequest>({
      kind: 'pull-request',
      ...this.#thread(input, 'PR'),
      state: input.state ?? 'OPEN',
      draft: input.draft ?? false,
      headRef: input.headRef,
      headRepository: input.headRepository === undefined ? input.repository : input.headRepository,
      baseRef: input.baseRef ?? input.repository.defaultBranch,
      lastHeadOid: '0'.repeat(40),
    });
    if (this.lag.pullRequests > 0) this.#unseen.set(pullRequest, this.lag.pullRequests);
    return pullRequest;
  }

  /** Adds a comment by `author`, or by the token's account. */
  addComment({ thread, body, author }: { thread: Issue | PullRequest; body: string; author?: string }): Comment {
    requireText(body, 'Body');
    const nowMs = this.now();
    const comment: Comment = {
      kind: 'comment',
      ...this.newId('IC'),
      author: author ?? this.viewer,
      thread,
      createdAtMs: nowMs,
      body,
      updatedAtMs: nowMs,
    };
    thread.comments.push(comment);
    if (this.lag.comments > 0) this.#unseen.set(comment, this.lag.comments);
    return this.keep(comment);
  }

  /** Changes an issue, pull request or comment and notes the time; throws on a text that GitHub would refuse. */
  edit<T extends Issue | PullRequest | Comment>(
    target: T,
    changes: Partial<Omit<T, 'kind'>> & { readonly title?: string; readonly body?: string },
  ): T {
    const { body, title } = changes;
    if (title !== undefined) requireTitle(title);
    if (body !== undefined && target.kind === 'comment') requireText(body, 'Body');
    if (body !== undefined) requireLength(body);
    if (body !== undefined && target.kind !== 'comment' && this.lag.bodies > 0)
      this.#stale.set(target, { body: this.#stale.get(target)?.body ?? target.body, left: this.lag.bodies });
    Object.assign(target, changes);
    target.updatedAtMs = this.now();
    return target;
  }

  /** What a read shows of these, now that it happens. */
  visible<T extends Issue | PullRequest | Comment>(all: readonly T[]): T[] {
    return all.filter((one) => this.#isSeen(one));
  }

  /** The body that a read shows, now that it happens. */
  shownBody(thread: Issue | PullRequest): string {
    const stale = this.#stale.get(thread);
    if (stale === undefined) return thread.body;
    stale.left -= 1;
    if (stale.left <= 0) this.#stale.delete(thread);
    return stale.body;
  }

  #isSeen(one: Issue | PullRequest | Comment): boolean {
    const left = one.kind === 'issue' ? undefined : this.#unseen.get(one);
    if (one.kind === 'issue' || left === undefined) return true;
    if (left > 1) this.#unseen.set(one, left - 1);
    else this.#unseen.delete(one);
    return false;
  }

  pullRequests(repository: Repository): PullRequest[] {
    return [...repository.threads.values()].filter((thread) => thread.kind === 'pull-request');
  }

  comment(databaseId: number): Comment | undefined {
    return this.all('comment').find((comment) => comment.databaseId === databaseId);
  }

  #thread({ repository, title, body = '', author }: NewThread, prefix: string) {
    requireTitle(title);
    requireLength(body);
    const nowMs = this.now();
    return {
      ...this.newId(prefix),
      number: Math.max(0, ...repository.threads.keys()) + 1,
      repository,
      author: author ?? this.viewer,
      comments: [],
      labels: new Set<string>(),
      locked: false,
      createdAtMs: nowMs,
      title,
      body,
      updatedAtMs: nowMs,
    };
  }

  #keepThread<T extends Issue | PullRequest>(thread: T): T {
    thread.repository.threads.set(thread.number, thread);
    return this.keep(thread);
  }
}

function requireText(text: string, name: string): void {
  if (text.trim() === '') throw new GitHubError('UNPROCESSABLE', `${name} can't be blank`);
  requireLength(text);
}

function requireTitle(title: string): void {
  requireText(title, 'Title');
  if (title.length > TITLE_LIMIT) throw refusal('title-too-long');
}

function requireLength(body: string): void {
  if (body.length > BODY_LIMIT) throw refusal('body-too-long');
}
