import type { Currency } from '../agent/settings.ts';
import type { ProjectConfig } from '../config.ts';
import type { Holder, LockRow, ReleaseRequest } from '../lock.ts';
import { type OutcomeKind, outcomeOf } from '../outcome.ts';
import { nextEligibleAtMs } from './back-off.ts';
import type { Use } from './ledger.ts';

/** What a run cost, as far as it is known. */
export interface Cost {
  readonly durationMs: number;
  /** Credits that the agent reported. */
  readonly credits: number;
  /** Tokens that it reported. */
  readonly tokens: number;
  /** What the agent's use counts in. */
  readonly currency: Currency;
  /** The agent may have used more than it reported. */
  readonly isUncertain: boolean;
  /** Of its currency, what one run may use; null without a limit. */
  readonly limit: number | null;
}

export interface EndedRun {
  readonly row: LockRow;
  readonly kind: OutcomeKind;
  readonly attempt: number;
  /** The run has pushed a task. */
  readonly hasProgress: boolean;
  readonly head: string | null;
  readonly cost: Cost;
  readonly config: Pick<ProjectConfig, 'retryBackoffMinutes' | 'lifetimeCaps'>;
  readonly nowMs: number;
}

/** Returns what the release of a run's lock writes: after a pushed task nothing waits, every other ending backs off; and
 *  what the run used goes onto the ledger of its work item. */
export function endingOf(run: EndedRun): Omit<ReleaseRequest, keyof Holder> {
  const { row, kind, attempt, hasProgress, head, config, nowMs } = run;
  const fruitless = hasProgress ? 0 : row.fruitless + 1;
  const used = outcomeOf(kind).countsAttempt ? attempt : attempt - 1;
  return {
    outcome: kind,
    head,
    nowMs,
    attempts: Math.max(0, used),
    fruitless,
    nextEligibleAtMs: nextEligibleAtMs({ kind, fruitless, backoffMs: config.retryBackoffMinutes * 60_000, nowMs }),
    charge: {
      lockKey: row.lockKey,
      basis: { spec: row.lastSpec, rules: row.lastRules },
      use: useOf(run),
    },
  };
}

/** A build is not counted where the work item is not at fault. Credits or tokens that nobody reported count as the run's limit;
 *  without one, as the share of the cap that each build has. */
function useOf({ kind, cost, config }: EndedRun): Use {
  const { lifetimeCaps } = config;
  const { countsBuild } = outcomeOf(kind);
  const { currency, isUncertain, limit } = cost;
  const most = limit ?? lifetimeCaps[currency] / lifetimeCaps.builds;
  const used = { credits: cost.credits, tokens: cost.tokens };
  return {
    builds: countsBuild ? 1 : 0,
    agentMinutes: Math.max(0, cost.durationMs) / 60_000,
    ...used,
    ...(isUncertain && countsBuild ? { [currency]: Math.max(used[currency], most) } : {}),
  };
}
