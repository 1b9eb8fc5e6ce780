import { GitHubError } from './github-error.ts';
import type { Node, Owner, RateBudget, Repository, TokenRights } from './model.ts';
import { allRights } from './permissions.ts';

const HOUR_MS = 3_600_000;

export interface StoreOptions {
  /** The account that every accepted token belongs to. */
  readonly viewer: string;
  readonly now: () => number;
}

/** Keeps every object under its node id, and finds owners, repositories and boards. */
export class Store {
  readonly viewer: string;
  readonly now: () => number;
  readonly nodes = new Map<string, Node>();
  readonly rate: RateBudget;
  /** What the token may do. */
  readonly rights: TokenRights = allRights();
  /** Reads that do not show yet what was made or changed before them (eventual consistency: what GitHub's readers answer
   *  lags behind its writer, homalg-project/CategoricalTowers#809). Counted, so that no clock decides a test. */
  readonly lag = { comments: 0, pullRequests: 0, bodies: 0 };
  #counter = 0;

  constructor({ viewer, now }: StoreOptions) {
    this.viewer = viewer;
    this.now = now;
    this.rate = { limit: 5000, remaining: 5000, resetAtMs: now() + HOUR_MS };
    this.addOwner({ login: viewer, type: 'User' });
  }

  /** Adds an organization or user, or returns the one of that login. */
  addOwner({ login, type }: { login: string; type: Owner['type'] }): Owner {
    const known = this.owner(login);
    if (known) return known;
    return this.keep({ kind: 'owner', ...this.newId(type === 'User' ? 'U' : 'O'), login, type });
  }

  /** Whether points are left in this hour. */
  hasBudget(): boolean {
    if (this.now() >= this.rate.resetAtMs) {
      Object.assign(this.rate, { remaining: this.rate.limit, resetAtMs: this.now() + HOUR_MS });
    }
    return this.rate.remaining > 0;
  }

  /** Takes points off the hourly budget; throws RATE_LIMITED once it is empty. */
  spend(points: number): void {
    if (!this.hasBudget()) throw new GitHubError('RATE_LIMITED', 'API rate limit exceeded');
    this.rate.remaining = Math.max(0, this.rate.remaining - points);
  }

  owner(login: string): Owner | undefined {
    return this.all('owner').find((owner) => isSameName(owner.login, login));
  }

  repository(fullName: string): Repository | undefined {
    return this.all('repository').find((repository) => isSameName(repository.fullName, fullName));
  }

  all<K extends Node['kind']>(kind: K): NodeOf<K>[] {
    return [...this.nodes.values()].filter((node) => isKind(node, kind));
  }

  /** The node of this id when it is of the kind. */
  find<K extends Node['kind']>(kind: K, id: string): NodeOf<K> | undefined {
    const node = this.nodes.get(id);
    return node && isKind(node, kind) ? node : undefined;
  }

  protected newId(prefix: string): { id: string; databaseId: number } {
    this.#counter += 1;
    return { id: `${prefix}_local${String(this.#counter).padStart(6, '0')}`, databaseId: this.#counter };
  }

  protected keep<T extends Node>(node: T): T {
    this.nodes.set(node.id, node);
    return node;
  }
}

type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

function isKind<K extends Node['kind']>(node: Node, kind: K): node is NodeOf<K> {
  return node.kind === kind;
}

/** Compares logins, repository and field names as GitHub does: case does not count. */
export function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
