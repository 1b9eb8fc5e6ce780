import { errorMessage } from '../../../core/errors.ts';
import { type RepairRound, withoutRound, withoutRounds, withRound } from '../../../core/lifecycle/repair-rounds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { updateBaseline } from '../../own-commits.ts';
import type { RunSettings } from '../../settings.ts';

/** Repair rounds are counted beside the lock row, where no branch can reach them: not by commits, which whoever may push could make look
 *  like repairs, or take away. */
export interface RoundsContext {
  readonly settings: Pick<RunSettings, 'holder'>;
  readonly locks: Pick<LockStore, 'getBaseline' | 'swapBaseline'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Pick<Logger, 'warn'>;
}

/** Returns the rounds that were begun since a run last passed, also by earlier builds. */
export async function roundsSoFar({ locks, settings }: RoundsContext): Promise<readonly RepairRound[]> {
  return (await locks.getBaseline(settings.holder.lockKey))?.rounds ?? [];
}

/** Notes a round before it begins: one that a killed build had begun is used up. Throws where that cannot be noted: none may begin then. */
export async function noteRound({ locks, settings, clock }: RoundsContext, round: RepairRound): Promise<void> {
  const place = { locks, clock, lockKey: settings.holder.lockKey };
  await updateBaseline(place, (record) => withRound(record, round));
}

/** Gives a round back that came to nothing by no fault of the work item. */
export async function giveBackRound(context: RoundsContext, round: RepairRound): Promise<void> {
  await update(context, (record) => withoutRound(record, round));
}

/** The head passes: what comes later is another story. */
export async function forgetRounds(context: RoundsContext): Promise<void> {
  await update(context, withoutRounds);
}

/** What cannot be noted now costs a round at most. */
async function update(context: RoundsContext, change: Parameters<typeof updateBaseline>[1]): Promise<void> {
  const { settings, telemetry } = context;
  try {
    await updateBaseline({ ...context, lockKey: settings.holder.lockKey }, change);
  } catch (error) {
    telemetry.warn('the repair rounds could not be noted', { error: errorMessage(error) });
  }
}
