import type { Node, Repository } from './model.ts';
import { type Refusal, refusal } from './refusals.ts';

/**
 * How unkind this GitHub is: rules that hold until a test changes them, beside the faults that strike single requests. All of
 * them are off at first.
 */
export class Rules {
  /** Scopes that answers name in `x-oauth-scopes`, as they do for classic tokens alone; null for other tokens.
   *  https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
  tokenScopes: readonly string[] | null = null;
  /** Objects that one query may touch, and how GitHub says that it is too much: an error of type RESOURCE_LIMITS_EXCEEDED
   *  beside empty data (Skydio/revup#271), or no answer within its ten seconds, as 502
   *  (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api). */
  weightLimit: { readonly objects: number; readonly as: 'limits' | 'timeout' } | null = null;
  /** Options of a field that are sent again keep their cards by their id; older servers do not know that field, and make them anew. */
  takesOptionIds = true;
  readonly #hidden = new Map<string, Refusal>();

  /** Refuses every look at one object, wherever a query meets it; its list keeps a hole in its place. */
  hide(node: Pick<Node, 'id'>, refusal: Refusal): void {
    this.#hidden.set(node.id, refusal);
  }

  /** Refuses every look at one branch and its files. */
  hideBranch({ repository, branch }: { repository: Repository; branch: string }, refusal: Refusal): void {
    this.#hidden.set(branchKey(repository, branch), refusal);
  }

  /** Shows it again. */
  show(node: Pick<Node, 'id'>): void {
    this.#hidden.delete(node.id);
  }

  /** Throws what GitHub says of an object that it does not show. */
  requireVisible({ id }: Pick<Node, 'id'>): void {
    refuse(this.#hidden.get(id));
  }

  /** Throws what GitHub says of a branch that it does not show. */
  requireVisibleBranch(repository: Repository, branch: string): void {
    refuse(this.#hidden.get(branchKey(repository, branch)));
  }
}

function branchKey(repository: Repository, branch: string): string {
  return `${repository.id} ${branch}`;
}

function refuse(reason: Refusal | undefined): void {
  if (reason) throw refusal(reason);
}
