import { currencyOf } from '../core/agent/settings.ts';
import { findCards } from '../core/cards/find-cards.ts';
import type { SkippedCard, SkipReason } from '../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../core/config.ts';
import type { WorkerError } from '../core/errors.ts';
import { describePause } from '../core/lifecycle/breaker.ts';
import { describeDamage } from '../core/lifecycle/stored-row.ts';
import { lockKey } from '../core/lock.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { BoardEvaluation } from './poll/evaluate.ts';
import { evaluateBoard } from './poll/evaluate.ts';

/** One card of the board and what a poll would do with it now; `--json` prints it. */
export interface Explained {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string | null;
  readonly decision: 'ready' | 'left-out';
  /** A skip reason, or `ready` for an eligible card. */
  readonly reason: SkipReason | 'ready';
  readonly detail: string;
}

interface Explanation {
  /** `problems` are what of the board is not as the configuration needs it, one sentence each. */
  readonly board: { readonly title: string; readonly url: string; readonly problems: readonly string[] };
  readonly cards: Explained[];
}

/** Returns for every card on the board (or those that `item` names by id, address, number, title or branch, in any case)
 *  whether it is eligible now, or why it is skipped. Writes nothing anywhere. Throws BOARD_* errors when no card could ever
 *  be eligible. */
export async function explain(request: {
  config: ProjectConfig;
  github: GitHub;
  locks: LockStore;
  clock: Clock;
  item?: string;
}): Promise<Explanation> {
  const { item, config, locks, ...ports } = request;
  const wanted = Number.POSITIVE_INFINITY;
  const evaluation = await evaluateBoard({ ...ports, config, locks, column: null, wanted });
  const { title, url, items } = evaluation.board;
  const places = new Map(items.map(({ id, position }) => [id, position]));
  const cards: Explained[] = [
    ...eligibleCards(evaluation, config),
    ...(await withBuilds(evaluation.skipped, { config, locks })).map((card) => ({
      ...card,
      decision: 'left-out' as const,
    })),
  ];
  cards.sort((a, b) => (places.get(a.itemId) ?? 0) - (places.get(b.itemId) ?? 0));
  const meant = item === undefined ? null : new Set(findCards(items, item).map(({ id }) => id));
  return {
    board: { title, url, problems: evaluation.problems },
    cards: meant === null ? cards : cards.filter(({ itemId }) => meant.has(itemId)),
  };
}

/** What nobody knows without the files of the branch. */
function firstOf({ agent }: ProjectConfig): string {
  const first = `Its build first finds the commands of the repository and runs them, before any ${currencyOf(agent).slice(0, -1)} is spent.`;
  return agent.kind === 'kiro' ? first : `${first} Its agent is ${agent.command?.[0]} (Agent Client Protocol).`;
}

function eligibleCards({ eligible, breakers }: BoardEvaluation, config: ProjectConfig): Explained[] {
  const paused = breakers.map((breaker) => ` ${describePause(breaker)}`).join('');
  return eligible.map(({ workItem: { itemId, title, branch }, attempt, used }, turn) => ({
    itemId,
    title,
    branch,
    decision: 'ready',
    reason: 'ready',
    detail: `Number ${turn + 1} in the queue, attempt ${attempt}; used so far: ${used}. ${firstOf(config)}${paused}`,
  }));
}

/** A card of a running build stands in another column: the build is what there is to say of it. */
async function withBuilds(
  skipped: readonly SkippedCard[],
  { config, locks }: { config: ProjectConfig; locks: LockStore },
): Promise<SkippedCard[]> {
  const keyOf = (branch: string) => lockKey(config.repository, branch);
  const elsewhere = skipped.flatMap(({ reason, branch }) =>
    reason === 'other-column' && branch ? [keyOf(branch)] : [],
  );
  const damaged = new Map<string, string>();
  const noteDamage = (key: string, damage: WorkerError) => void damaged.set(key, ` ${describeDamage(damage)}`);
  const rows = elsewhere.length === 0 ? [] : await locks.getMany([...new Set(elsewhere)], noteDamage);
  const held = new Map(rows.flatMap((row) => (row.status === 'held' ? [[row.lockKey, row] as const] : [])));
  return skipped.map((card) => {
    if (card.reason !== 'other-column' || !card.branch) return card;
    const key = keyOf(card.branch);
    const row = held.get(key);
    if (row?.workItemId !== card.itemId) return { ...card, detail: `${card.detail}${damaged.get(key) ?? ''}` };
    return { ...card, detail: `${card.detail} Build ${row.buildId ?? '(being started)'} works on it.` };
  });
}
