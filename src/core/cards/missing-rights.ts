import type { BoardSnapshot, RepositoryFacts } from '../ports/github.ts';

/** Scopes of a classic token that cover others: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const SCOPES = { repository: ['repo', 'public_repo'], board: ['project'] } as const;

/** Returns what stands in the way of any work on the repository and its board, one sentence each: rights that GitHub was
 *  asked for, never inferred from a refusal. */
export function missingRights({
  board,
  repository,
}: {
  board: Pick<BoardSnapshot, 'title' | 'canUpdate' | 'tokenScopes'>;
  repository: Pick<RepositoryFacts, 'nameWithOwner' | 'isArchived' | 'canPush'>;
}): string[] {
  const { nameWithOwner } = repository;
  const lacks = (scopes: readonly string[]) =>
    board.tokenScopes !== null && !scopes.some((scope) => board.tokenScopes?.includes(scope));
  const missing: string[] = [];
  if (repository.isArchived) missing.push(`${nameWithOwner} is archived.`);
  else if (!repository.canPush) missing.push(`The token may not push to ${nameWithOwner}.`);
  else if (lacks(SCOPES.repository)) missing.push('The classic token lacks the scope "repo".');
  if (!board.canUpdate) missing.push(`The token may not move cards of the board "${board.title}".`);
  else if (lacks(SCOPES.board)) missing.push('The classic token lacks the scope "project".');
  return missing;
}
