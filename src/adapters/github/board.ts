import * as z from 'zod';
import { WorkerError } from '../../core/errors.ts';
import type { Board, BoardItem, BoardSnapshot } from '../../core/ports/github.ts';
import type { GraphQlError } from './answer.ts';
import type { ProjectAnswer } from './board-answer.ts';
import { BoardAnswer, CardAnswer, toBoardItem } from './board-answer.ts';
import type { BoardSettings } from './board-missing.ts';
import { boardMissing, columnMissing, fieldMissing } from './board-missing.ts';
import type { GitHubClient } from './client.ts';
import { LOCATE_CARD, MOVE_CARD, readBoard } from './documents.ts';
import { graphQlErrorsOf } from './failure.ts';
import { refusable } from './refusal.ts';

/** Makes the board of one GitHub Project. Field and option ids are resolved afresh each time, since they go stale when
 *  somebody edits the options. */
export function createGitHubBoard(settings: BoardSettings & { client: GitHubClient }): Board {
  const board = new GitHubBoard(settings);
  return {
    read: ({ column }) => board.read(column),
    getColumn: async (itemId) => {
      const card = await board.locate(itemId);
      return card === null ? undefined : card.column;
    },
    move: (itemId, column) => refusable(() => board.move(itemId, column)),
  };
}

interface Card {
  readonly column: string | null;
  readonly projectId: string;
  readonly fieldId: string | null;
  readonly options: readonly { readonly id: string; readonly name: string }[];
}

/** Places whose absence this adapter explains itself. */
const MAY_BE_MISSING = [
  ['owner'],
  ['owner', 'projectV2'],
  ['owner', 'projectV2', 'status'],
  ['owner', 'projectV2', 'priority'],
];

class GitHubBoard {
  readonly #settings: BoardSettings & { client: GitHubClient };
  /** Set once the server has refused the filter argument. */
  #filterUnknown = false;

  constructor(settings: BoardSettings & { client: GitHubClient }) {
    this.#settings = settings;
  }

  async read(column: string | null): Promise<BoardSnapshot> {
    const { client } = this.#settings;
    const before = client.traffic.requests;
    const items = new Map<string, BoardItem>();
    let position = 0;
    let project: ProjectAnswer;
    let after: string | null = null;
    let priorities: readonly string[] = [];
    let columns: readonly string[] = [];
    do {
      project = await this.#readPage({ column, after });
      if (after === null) {
        columns = await this.#columnsOf(project, column);
        priorities = (project.priority?.options ?? []).map(({ id }) => id);
      }
      for (const node of project.items.nodes) {
        // A card that moves while we read may come again on a later page.
        if (node === null || items.has(node.id)) continue;
        const item = toBoardItem(node, { priorities, position });
        position += 1;
        // An unknown or ignored filter must not let cards of other columns through.
        if (column === null || item.status === column) items.set(item.id, item);
      }
      after = nextCursor(project, after);
    } while (after !== null);
    return {
      projectId: project.id,
      title: project.title,
      url: project.url,
      columns,
      items: [...items.values()],
      requests: client.traffic.requests - before,
      budgetRemainingPct: client.traffic.budget?.remainingPct ?? null,
    };
  }

  /** Null when the item is gone or archived. */
  async locate(itemId: string): Promise<Card | null> {
    const { client, statusField } = this.#settings;
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
      projectId: project.id,
      fieldId: project.status?.id ?? null,
      options: project.status?.options ?? [],
    };
  }

  async move(itemId: string, column: string): Promise<boolean> {
    const { client } = this.#settings;
    const card = await this.locate(itemId);
    const option = card?.options.find(({ name }) => name === column);
    if (!card || card.fieldId === null || option === undefined) return false;
    if (card.column === column) return true;
    const { projectId, fieldId } = card;
    try {
      await client.graphql({
        document: MOVE_CARD,
        variables: { projectId, itemId, fieldId, optionId: option.id },
        answer: z.object({ updateProjectV2ItemFieldValue: z.object({ projectV2Item: z.object({ id: z.string() }) }) }),
      });
    } catch (error) {
      // Somebody archived or deleted it in between.
      if ((await this.locate(itemId)) === null) return false;
      throw error;
    }
    // There is no compare-and-set: a person or a built-in workflow may move the card at the same time, and wins.
    const now = await this.locate(itemId);
    if (now?.column !== column)
      client.log.warn('a card moved on right after it was moved', { itemId, column, now: now?.column });
    return true;
  }

  async #readPage({ column, after }: { column: string | null; after: string | null }): Promise<ProjectAnswer> {
    const filter = this.#filterFor(column);
    if (filter === null) return this.#requestPage({ after, filter });
    try {
      return await this.#requestPage({ after, filter });
    } catch (error) {
      if (!graphQlErrorsOf(error).some(({ message }) => /\bargument\b.*\bquery\b/.test(message))) throw error;
      this.#filterUnknown = true;
      return this.#requestPage({ after, filter: null });
    }
  }

  async #requestPage({ after, filter }: { after: string | null; filter: string | null }): Promise<ProjectAnswer> {
    const { client, owner, projectNumber, statusField, branchField, priorityField } = this.#settings;
    const answer = await client.graphql({
      document: readBoard({ owner: owner.kind, filter: filter !== null }),
      variables: {
        login: owner.login,
        number: projectNumber,
        status: statusField,
        branch: branchField,
        priority: priorityField,
        after,
        ...(filter === null ? {} : { filter }),
      },
      answer: BoardAnswer,
      allow: (error) => MAY_BE_MISSING.some((path) => isNothingThere(error, path)) || isHiddenContent(error),
    });
    const project = answer.owner?.projectV2 ?? null;
    if (project === null) throw boardMissing(this.#settings);
    return project;
  }

  /** The server-side filter, null where it is not sure to mean what we mean: a filter that is not understood answers
   *  with an empty list, not with an error. */
  #filterFor(column: string | null): string | null {
    if (column === null || this.#filterUnknown || /["\\]/.test(column)) return null;
    return this.#settings.statusField.toLowerCase() === 'status' ? `status:"${column}"` : null;
  }

  /** Resolved in the same answer as the items: a renamed column gives zero items without any error. */
  async #columnsOf(project: ProjectAnswer, column: string | null): Promise<string[]> {
    const options = project.status?.options;
    if (!options) throw await fieldMissing(this.#settings, project.title);
    const columns = options.map(({ name }) => name);
    if (column !== null && !columns.includes(column)) throw columnMissing(this.#settings, { column, columns });
    return columns;
  }
}

function nextCursor({ items: { pageInfo } }: ProjectAnswer, after: string | null): string | null {
  if (!pageInfo.hasNextPage) return null;
  if (pageInfo.endCursor !== null && pageInfo.endCursor !== after) return pageInfo.endCursor;
  throw new WorkerError({
    code: 'GITHUB_ANSWER_INVALID',
    what: 'GitHub says that the board has more items, but gives no new place to read on from.',
    remedy: 'Try again later.',
  });
}

function isNothingThere({ type, path }: GraphQlError, at: readonly string[]): boolean {
  return (
    type === 'NOT_FOUND' && path !== undefined && path.length === at.length && at.every((key, i) => path[i] === key)
  );
}

/** One card whose content the token may not see (single sign-on, another repository) must not hide all others. */
function isHiddenContent({ type, path }: GraphQlError): boolean {
  return type === 'FORBIDDEN' && path?.at(-1) === 'content' && typeof path.at(-2) === 'number';
}
