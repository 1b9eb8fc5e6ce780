import { GitHubError } from './github-error.ts';
import type { Comment, Issue, LinkedBranch, Permission, PullRequest, Repository } from './model.ts';
import { Store } from './store.ts';

const BODY_LIMIT = 65_536;

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
    return this.#keepThread({
      kind: 'pull-request',
      ...this.#thread(input, 'PR'),
      state: input.state ?? 'OPEN',
      draft: input.draft ?? false,
      headRef: input.headRef,
      headRepository: input.headRepository === undefined ? input.repository : input.headRepository,
      baseRef: input.baseRef ?? input.repository.defaultBranch,
      lastHeadOid: '0'.repeat(40),
    });
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
    return this.keep(comment);
  }

  /** Changes an issue, pull request or comment and notes the time; throws on a text that GitHub would refuse. */
  edit<T extends Issue | PullRequest | Comment>(
    target: T,
    changes: Partial<Omit<T, 'kind'>> & { readonly title?: string; readonly body?: string },
  ): T {
    const { body, title } = changes;
    if (title !== undefined) requireText(title, 'Title');
    if (body !== undefined && target.kind === 'comment') requireText(body, 'Body');
    if (body !== undefined) requireLength(body);
    Object.assign(target, changes);
    target.updatedAtMs = this.now();
    return target;
  }

  pullRequests(repository: Repository): PullRequest[] {
    return [...repository.threads.values()].filter((thread) => thread.kind === 'pull-request');
  }

  comment(databaseId: number): Comment | undefined {
    return this.all('comment').find((comment) => comment.databaseId === databaseId);
  }

  #thread({ repository, title, body = '', author }: NewThread, prefix: string) {
    requireText(title, 'Title');
    requireLength(body);
    const nowMs = this.now();
    return {
      ...this.newId(prefix),
      number: Math.max(0, ...repository.threads.keys()) + 1,
      repository,
      author: author ?? this.viewer,
      comments: [],
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

function requireLength(body: string): void {
  if (body.length <= BODY_LIMIT) return;
  throw new GitHubError('UNPROCESSABLE', `Body is too long (maximum is ${BODY_LIMIT} characters)`);
}
