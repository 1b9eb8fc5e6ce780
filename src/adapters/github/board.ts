import { WorkerError } from '../../core/errors.ts';
import type { Board } from '../../core/ports/github.ts';
import { isNothingThere } from './answer.ts';
import { CardAnswer, MoveAnswer, toMs } from './board/answer.ts';
import type { BoardSettings } from './board/missing.ts';
import { createBoardReader } from './board/reader.ts';
import type { GitHubClient } from './client.ts';
import { LOCATE_CARD, MOVE_CARD } from './documents.ts';
import { refusable } from './refusal.ts';

/** Makes the board of one GitHub Project. Field and option ids are resolved afresh each time, since they go stale when
 *  somebody edits the options. */
export function createGitHubBoard(settings: BoardSettings & { client: GitHubClient }): Board {
  const reader = createBoardReader(settings);
  return {
    read: reader.read,
    getColumn: async (itemId) => {
      const card = await locate(settings, itemId);
      return card === null ? undefined : { column: card.column, movedAtMs: card.movedAtMs };
    },
    async findCard(itemId) {
      const { items, columns } = await reader.read({ column: null });
      const found = items.find(({ id }) => id === itemId);
      if (found === undefined && items.some(({ unreadable }) => unreadable !== null)) throw notProven(itemId);
      if (found?.unreadable && found.status === null) throw notProven(itemId);
      if (found === undefined || found.archived) return undefined;
      return { column: found.status, movedAtMs: found.movedAtMs ?? null, columns };
    },
    move: (itemId, column) => refusable(settings.client, () => move(settings, { itemId, column })),
  };
}

interface Card {
  readonly column: string | null;
  /** When that was last changed, by GitHub's clock. */
  readonly movedAtMs: number | null;
  readonly projectId: string;
  readonly fieldId: string | null;
  readonly options: readonly { readonly id: string; readonly name: string }[];
}

/** Null when the item is gone or archived. */
async function locate(
  { client, statusField }: BoardSettings & { client: GitHubClient },
  itemId: string,
): Promise<Card | null> {
  const { node } = await client.graphql({
    document: LOCATE_CARD,
    variables: { itemId, status: statusField },
    answer: CardAnswer,
    allow: (error) => isNothingThere(error, ['node']) || isNothingThere(error, ['node', 'project', 'status']),
  });
  if (!node?.project || node.isArchived) return null;
  const { project, status } = node;
  return {
    column: status?.name ?? null,
    movedAtMs: toMs(status?.updatedAt),
    projectId: project.id,
    fieldId: project.status?.id ?? null,
    options: project.status?.options ?? [],
  };
}

async function move(
  settings: BoardSettings & { client: GitHubClient },
  { itemId, column }: { itemId: string; column: string },
): ReturnType<Board['move']> {
  const { client } = settings;
  const card = await locate(settings, itemId);
  if (card === null) throw notShown(itemId);
  const option = card.options.find(({ name }) => name === column);
  if (card.fieldId === null || option === undefined) return false;
  if (card.column === column) return { atMs: card.movedAtMs };
  const { projectId, fieldId } = card;
  const { updateProjectV2ItemFieldValue: moved } = await client.graphql({
    document: MOVE_CARD,
    variables: { projectId, itemId, fieldId, optionId: option.id },
    answer: MoveAnswer,
  });
  // There is no compare-and-set: a person or a built-in workflow may move the card at the same time, and wins.
  const now = await locate(settings, itemId);
  if (now?.column !== column)
    client.log.warn('a card moved on right after it was moved', { itemId, column, now: now?.column });
  return { atMs: toMs(moved.projectV2Item.updatedAt) };
}

/** One answer proves nothing: whoever asked looks in another way. */
function notShown(itemId: string): WorkerError {
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `GitHub does not show the card ${itemId}.`,
    remedy: 'Nothing if it passes by itself; else look whether the card is on the board.',
  });
}

function notProven(itemId: string): WorkerError {
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `GitHub did not show every card of the board, so nobody knows whether the card ${itemId} is still there.`,
    remedy: 'Nothing if it passes by itself; else give the token access to what the cards of the board show.',
  });
}
