import { WorkerError } from '../../../core/errors.ts';
import type { Ledger } from '../../../core/lifecycle/ledger.ts';
import type { LockRow } from '../../../core/lock.ts';
import { METRICS } from '../../../core/names.ts';
import { addUp, type CostTotals, type DayCost } from '../../../core/operate/costs.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import type { Billing } from '../../../core/ports/operate/billing.ts';

export interface Costs extends CostTotals {
  readonly fromDay: string;
  /** Not included. */
  readonly toDay: string;
  readonly costs: readonly DayCost[];
  /** Credits of the agent, by day. */
  readonly credits: Readonly<Record<string, number>>;
  /** Runs that ended as they should; each leaves one pull request for review. */
  readonly completedRuns: number;
  /** Null without such a run. */
  readonly perCompletedRun: { readonly amount: number; readonly credits: number } | null;
  /** What each card used since its spec or rules were last changed; not only in this period. */
  readonly cards: readonly (Pick<Ledger, 'builds' | 'agentMinutes' | 'credits' | 'tokens'> &
    Pick<LockRow, 'workItemId' | 'branch'>)[];
}

interface CostsRequest {
  readonly billing: Billing;
  readonly locks: LockStore;
  /** First day, as `2026-11-01`; null: the first of this month. */
  readonly since: string | null;
  readonly nowMs: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** Returns what an environment cost from a day on up to now, and what its cards used. Throws CONFIG_INVALID for another form of
 *  `since`, or a day that is still to come. */
export async function costsSince({ billing, locks, since, nowMs }: CostsRequest): Promise<Costs> {
  const today = dayOf(nowMs);
  const fromDay = since === null ? `${today.slice(0, 8)}01` : checkDay(since, today);
  const period = { fromDay, toDay: dayOf(nowMs + DAY_MS) };
  const costs = await billing.costs(period);
  const credits = await billing.sums(METRICS.agentCredits, period);
  const completedRuns = total(await billing.sums(METRICS.runsCompleted, period));
  const totals = addUp(costs);
  const perCompletedRun =
    completedRuns === 0 ? null : { amount: totals.total / completedRuns, credits: total(credits) / completedRuns };
  return { ...period, ...totals, costs, credits, completedRuns, perCompletedRun, cards: await cardsOf(locks) };
}

const ignore = () => undefined;

async function cardsOf(locks: LockStore): Promise<Costs['cards']> {
  // `status` names what cannot be read.
  const rows = new Map((await locks.list(ignore)).map((row) => [row.lockKey, row]));
  const ledgers = await locks.getLedgers([...rows.keys()], ignore);
  return ledgers
    .flatMap(({ lockKey, builds, agentMinutes, credits, tokens }) => {
      const row = rows.get(lockKey);
      return row ? [{ workItemId: row.workItemId, branch: row.branch, builds, agentMinutes, credits, tokens }] : [];
    })
    .sort((a, b) => b.credits - a.credits);
}

function checkDay(day: string, today: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && dayOf(Date.parse(day)) === day;
  if (isDay && day <= today) return day;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `--since ${JSON.stringify(day)} is ${isDay ? 'still to come' : 'no day'}.`,
    remedy: `Write a day as ${today}; days are counted in UTC.`,
  });
}

function total(byDay: Readonly<Record<string, number>>): number {
  return Object.values(byDay).reduce((sum, value) => sum + value, 0);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
