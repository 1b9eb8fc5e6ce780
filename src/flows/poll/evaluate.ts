import { destinationColumns } from '../../core/board-columns.ts';
import type { BoardNames } from '../../core/cards/board-problems.ts';
import { requireUsableBoard } from '../../core/cards/board-problems.ts';
import type { EligibleItem } from '../../core/cards/selection.ts';
import { compareTurn, selectWorkItems } from '../../core/cards/selection.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import type { WorkItem } from '../../core/cards/work-item.ts';
import { classifyItem } from '../../core/cards/work-item.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { isWorkerError, type WorkerError } from '../../core/errors.ts';
import { type Breaker, openBreakers } from '../../core/lifecycle/breaker.ts';
import { lockKey } from '../../core/lock.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { BoardSnapshot, GitHub, RepositoryFacts } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { type Obstacle, obstaclesOf } from './obstacle.ts';

export interface BoardEvaluation {
  readonly board: BoardSnapshot;
  /** What of the board is not as the configuration needs it, though it can be used; one sentence each. */
  readonly problems: readonly string[];
  readonly eligible: readonly EligibleItem[];
  readonly skipped: readonly SkippedCard[];
  /** Asks what a card that was to wait for its turn has not been asked yet; null when nothing stands in its way. */
  readonly findObstacle: (item: EligibleItem) => Promise<Obstacle | null>;
  /** The breakers that are open; none when nothing is eligible. */
  readonly breakers: readonly Breaker[];
  /** Requests sent to GitHub. */
  readonly requests: number;
}

interface Evaluation {
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly locks: LockStore;
  readonly clock: Clock;
  /** Eligible cards that are enough: the others wait without being looked at. */
  readonly wanted: number;
}

/** Branches that are looked at together: as many as GitHub answers in one request on a good day. */
const LOOK = 50;

/** Reads the board; returns which cards are eligible now, and why each other one is skipped. Writes nothing.
 *  `column` narrows the reading to one column on the server; null reads the whole board. Cards are looked at in the order
 *  of their turn, until `wanted` are eligible. Throws BOARD_* errors when no card could ever be eligible. */
export async function evaluateBoard(request: Evaluation & { column: string | null }): Promise<BoardEvaluation> {
  const { config, github, column } = request;
  const board = await github.board.read({ column });
  const problems = requireUsableBoard(board, namesOf(config));
  const candidates: WorkItem[] = [];
  const skipped: SkippedCard[] = [];
  for (const item of board.items) {
    const classified = classifyItem(item, config);
    if (classified.kind === 'candidate') candidates.push(classified.workItem);
    else skipped.push(classified.skipped);
  }
  const looked = await lookInTurn(request, { board, candidates: candidates.sort(compareTurn) });
  // Cards name their repository as it is called now.
  const isStrange = candidates.length === 0 && skipped.some(({ reason }) => reason === 'other-repository');
  if (isStrange) looked.problems.push(...(await renamedMeanwhile(request, looked)));
  return {
    board,
    problems: [...problems, ...looked.problems],
    eligible: looked.eligible,
    skipped: [...skipped, ...looked.skipped],
    findObstacle: async (item) => (await looked.unasked.get(item)?.()) ?? null,
    breakers: looked.eligible.length > 0 ? await openBreakers(request.locks.getBreaker) : [],
    requests: board.requests + looked.requests,
  };
}

function namesOf(config: ProjectConfig): BoardNames {
  return { ...config, destinations: destinationColumns(config) };
}

interface Looked {
  readonly eligible: EligibleItem[];
  readonly skipped: SkippedCard[];
  /** Eligible cards whose rules were not asked for. */
  readonly unasked: Map<EligibleItem, () => Promise<Obstacle | null>>;
  requests: number;
  problems: string[];
}

/** Cards that are not eligible use up no place, so that they starve nobody behind them. */
async function lookInTurn(
  evaluation: Evaluation,
  { board, candidates }: { board: BoardSnapshot; candidates: readonly WorkItem[] },
): Promise<Looked> {
  const looked: Looked = { eligible: [], skipped: [], unasked: new Map(), requests: 0, problems: [] };
  const names = [...new Set(candidates.map(({ branch }) => branch))];
  for (let start = 0; start < names.length; start += LOOK) {
    const some = new Set(names.slice(start, start + LOOK));
    const isEnough = start > 0 && looked.eligible.length >= evaluation.wanted;
    const group = candidates.filter(({ branch }) => some.has(branch));
    if (isEnough) looked.skipped.push(...group.map(waiting));
    else await lookAt(evaluation, { board, group, names: [...some], looked });
  }
  await requireRights(evaluation, looked);
  return looked;
}

async function lookAt(
  { config, github, locks, clock, wanted }: Evaluation,
  {
    board,
    group,
    names,
    looked,
  }: { board: BoardSnapshot; group: readonly WorkItem[]; names: string[]; looked: Looked },
): Promise<void> {
  const keys = names.map((name) => lockKey(config.repository, name));
  const damaged = new Map<string, WorkerError>();
  const noteDamage = (key: string, damage: WorkerError) => void damaged.set(key, damage);
  const [inspected, rows, ledgers] = await Promise.all([
    github.branches.inspect(names),
    locks.getMany(keys, noteDamage),
    locks.getLedgers(keys, noteDamage),
  ]);
  const selection = selectWorkItems({
    candidates: group,
    branches: inspected.branches,
    repository: inspected.repository,
    board,
    locks: new Map(rows.map((row) => [row.lockKey, row])),
    ledgers: new Map(ledgers.map((ledger) => [ledger.lockKey, ledger])),
    damaged,
    config,
    hasInProgressColumn: config.inProgressColumn !== null && board.columns.includes(config.inProgressColumn),
    hasFailedColumn: config.failedColumn !== null && board.columns.includes(config.failedColumn),
    nowMs: clock.now(),
  });
  looked.requests += inspected.requests;
  looked.problems = renamed(inspected.repository, config);
  looked.skipped.push(...selection.skipped);
  const findObstacle = obstaclesOf(github, selection.eligible);
  for (const item of selection.eligible) {
    // These cost requests of their own: for cards that wait for their turn they are asked when it comes.
    const isWanted = looked.eligible.length < wanted;
    const obstacle = isWanted ? await findObstacle(item) : null;
    if (!isWanted) looked.unasked.set(item, () => findObstacle(item));
    if (obstacle === null) looked.eligible.push(item);
    else looked.skipped.push(skip(item.workItem, obstacle));
  }
}

/** What the token may not write is asked once, before any card is started; all cards share the answer. */
async function requireRights({ github, wanted }: Evaluation, looked: Looked): Promise<void> {
  const [first] = looked.eligible;
  if (first === undefined || wanted <= 0) return;
  const missing = await github.rights.missing(first.workItem.subjectNumber);
  if (missing.length === 0) return;
  const refused = looked.eligible.splice(0);
  looked.skipped.push(
    ...refused.map(({ workItem }) => skip(workItem, { reason: 'read-only', detail: missing.join(' ') })),
  );
}

async function renamedMeanwhile({ github, config }: Evaluation, looked: Looked): Promise<string[]> {
  try {
    const { repository, requests } = await github.branches.inspect([]);
    looked.requests += requests;
    return renamed(repository, config);
  } catch (error) {
    if (!isWorkerError(error, 'GITHUB_FAILED')) throw error;
    return [error.what];
  }
}

/** GitHub follows the old name of a renamed repository, until another one takes it. */
function renamed({ nameWithOwner }: RepositoryFacts, { repository }: ProjectConfig): string[] {
  if (nameWithOwner.toLowerCase() === repository.toLowerCase()) return [];
  return [
    `The repository ${repository} is called ${nameWithOwner} now: put that name into repository of the project configuration.`,
  ];
}

function waiting(workItem: WorkItem): SkippedCard {
  const detail = 'Other cards come first; this one is looked at when its turn comes.';
  return skip(workItem, { reason: 'at-capacity', detail });
}

function skip({ itemId, title, branch }: WorkItem, obstacle: Obstacle): SkippedCard {
  return { itemId, title, branch, ...obstacle };
}
