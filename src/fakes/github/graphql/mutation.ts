import { GitHubError } from '../github-error.ts';
import type { JsonObject } from '../json-object.ts';
import type { Node } from '../model.ts';
import type { Store } from '../store.ts';
import type { Fields } from './connection.ts';

export type Mutation = (args: { input: JsonObject }) => Promise<Fields> | Fields;

export function requireNode<K extends Node['kind']>(store: Store, { kind, id }: { kind: K; id: unknown }) {
  const node = store.find(kind, String(id));
  if (node === undefined) throw unresolved(id);
  return node;
}

export function unresolved(id: unknown): GitHubError {
  return new GitHubError('NOT_FOUND', `Could not resolve to a node with the global id of '${String(id)}'`);
}

export function mutationId(input: JsonObject): Fields {
  return { clientMutationId: input.clientMutationId ?? null };
}
