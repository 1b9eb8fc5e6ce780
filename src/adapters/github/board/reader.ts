import { branchFieldFault, requireUsableBoard } from '../../../core/cards/board-problems.ts';
import { WorkerError } from '../../../core/errors.ts';
import type { BoardItem, BoardSnapshot } from '../../../core/ports/github.ts';
import { isNothingThere } from '../answer.ts';
import type { GitHubClient } from '../client.ts';
import { readBoard } from '../documents.ts';
import { graphQlErrorsOf } from '../failure.ts';
import type { Holes } from '../holes.ts';
import { createHoles } from '../holes.ts';
import type { RequestSize } from '../pace/request-size.ts';
import { createRequestSize, inRequestsOf } from '../pace/request-size.ts';
import type { ProjectAnswer, ValuesAnswer } from './answer.ts';
import { BoardAnswer, readValues, toBoardField, toBoardItem } from './answer.ts';
import type { BoardSettings } from './missing.ts';
import { boardMissing } from './missing.ts';

interface BoardReader {
  /** As the port says: every page, and BOARD_* errors with all problems of the board's fields and columns. */
  read(request: { column: string | null }): Promise<BoardSnapshot>;
}

/** GitHub's longest page: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
const LONGEST_PAGE = 100;

/** Makes the reader of one board; it remembers which filter and which size of a page the server takes. */
export function createBoardReader(settings: BoardSettings & { client: GitHubClient }): BoardReader {
  const reader: Reader = { ...settings, size: createRequestSize(LONGEST_PAGE), filterUnknown: false };
  return { read: ({ column }) => readAll(reader, column) };
}

interface Reader extends BoardSettings {
  readonly client: GitHubClient;
  readonly size: RequestSize;
  /** Set once the server has refused the filter argument. */
  filterUnknown: boolean;
}

interface Page {
  readonly project: ProjectAnswer;
  readonly holes: Holes;
}

async function readAll(reader: Reader, column: string | null): Promise<BoardSnapshot> {
  const { client } = reader;
  const before = client.traffic.requests;
  const pages: Page[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page: Page = await readPage(reader, { column, after });
    pages.push(page);
    after = nextCursor(page.project, after);
  }
  const [first] = pages;
  if (first === undefined) throw boardMissing(reader);
  const { project } = first;
  const fields = fieldsOf(pages);
  const board = {
    projectId: project.id,
    title: project.title,
    url: project.url,
    columns: fields.status?.options ?? [],
    fields,
    canUpdate: project.viewerCanUpdate,
    tokenScopes: client.traffic.tokenScopes,
    budgetRemainingPct: client.traffic.budget?.remainingPct ?? null,
  };
  requireUsableBoard(board, { ...reader, targetStatusColumn: column });
  const items = itemsOf(pages, { column, fault: branchFieldFault(fields.branch) });
  return { ...board, items, requests: client.traffic.requests - before };
}

function itemsOf(
  pages: readonly Page[],
  { column, fault }: { column: string | null; fault: string | null },
): BoardItem[] {
  const items = new Map<string, BoardItem>();
  const priorities = (pages[0]?.project.priority?.options ?? []).map(({ id }) => id);
  let position = 0;
  for (const { project, holes } of pages) {
    for (const [index, node] of project.items.nodes.entries()) {
      const hole = holes.reasonOf(index);
      const item = toBoardItem(node, { priorities, position, branchFieldFault: fault, hole });
      // A card that moves while we read may come again on a later page.
      if (items.has(item.id)) continue;
      position += 1;
      // An unknown or ignored filter must not let cards of other columns through.
      const isHere = column === null || item.status === column || (item.unreadable !== null && item.status === null);
      if (isHere) items.set(item.id, item);
    }
  }
  return [...items.values()];
}

/** The board's fields, with what cards hold in them: a field says nothing of being an issue field, its values do. */
function fieldsOf(pages: readonly Page[]): BoardSnapshot['fields'] {
  const project = pages[0]?.project;
  const values = pages
    .flatMap(({ project: { items, sample } }) => [...items.nodes, ...(sample?.nodes ?? [])])
    .flatMap(readValues);
  const seen = (name: keyof ValuesAnswer, ownType: string) =>
    values.flatMap((answer) => {
      const typeName = answer[name]?.__typename;
      const isOwn = typeName === ownType || (typeName === undefined && Object.keys(answer[name] ?? {}).length > 0);
      return answer[name] === null ? [] : [{ isOwn, typeName }];
    });
  const select = 'ProjectV2ItemFieldSingleSelectValue';
  return {
    status: toBoardField(project?.status, seen('status', select)),
    // Undefined: an older answer that was not asked for it.
    branch: toBoardField(project?.branch, seen('branch', 'ProjectV2ItemFieldTextValue')),
    priority: toBoardField(project?.priority, seen('priority', select)),
    all: (project?.fields?.nodes ?? []).flatMap((field) =>
      field?.name === undefined ? [] : [{ name: field.name, dataType: field.dataType ?? 'unknown' }],
    ),
  };
}

async function readPage(reader: Reader, place: { column: string | null; after: string | null }): Promise<Page> {
  const filter = filterFor(reader, place.column);
  try {
    return await inRequestsOf(reader.size, (first) => requestPage(reader, { after: place.after, filter, first }));
  } catch (error) {
    const isRefused = graphQlErrorsOf(error).some(({ message }) => /\bargument\b.*\bquery\b/.test(message));
    if (filter === null || !isRefused) throw error;
    reader.filterUnknown = true;
    return readPage(reader, place);
  }
}

/** Places whose absence is explained by the reader of the answer. */
const MAY_BE_MISSING = [
  ['owner'],
  ['owner', 'projectV2'],
  ['owner', 'projectV2', 'status'],
  ['owner', 'projectV2', 'branch'],
  ['owner', 'projectV2', 'priority'],
];

async function requestPage(
  reader: Reader,
  { after, filter, first }: { after: string | null; filter: string | null; first: number },
): Promise<Page> {
  const { client, owner, projectNumber, statusField, branchField, priorityField } = reader;
  const holes = createHoles(memberAt);
  const answer = await client.graphql({
    document: readBoard({ owner: owner.kind, filter: filter !== null, first }),
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
    allow: (error) => holes.take(error) || MAY_BE_MISSING.some((path) => isNothingThere(error, path)),
    // A smaller page is the first thing to try; only the smallest one waits for better times.
    repeatable: first === 1,
  });
  const project = answer.owner?.projectV2 ?? null;
  if (project === null) throw boardMissing(reader);
  return { project, holes };
}

/** The index of the item that an error lies in; errors of the sample are those of nobody. */
function memberAt([owner, project, list, nodes, index]: readonly (string | number)[]): number | string | null {
  if (owner !== 'owner' || project !== 'projectV2' || nodes !== 'nodes' || typeof index !== 'number') return null;
  if (list === 'sample' || list === 'fields') return `${list} ${index}`;
  return list === 'items' ? index : null;
}

/** The server-side filter, null where it is not sure to mean what we mean: a filter that is not understood answers
 *  with an empty list, not with an error. */
function filterFor({ filterUnknown, statusField }: Reader, column: string | null): string | null {
  if (column === null || filterUnknown || /["\\]/.test(column)) return null;
  return statusField.toLowerCase() === 'status' ? `status:"${column}"` : null;
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
