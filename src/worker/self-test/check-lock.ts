import { RECORD_KEYS } from '../../core/lifecycle/stored-row.ts';
import { holderOf, isExpired } from '../../core/lock.ts';
import { type Check, failed, passed, unknown } from '../../core/setup/check.ts';
import type { SelfTestPorts, SelfTestSettings } from './self-test-parts.ts';

const LEASE_MS = 10 * 60_000;

/** Acquires and releases a lock of its own, which no poll ever sees. */
export async function checkLock(
  { locks, clock }: Pick<SelfTestPorts, 'locks' | 'clock'>,
  { environment, buildId }: Pick<SelfTestSettings, 'environment' | 'buildId'>,
): Promise<Check> {
  const lockKey = RECORD_KEYS.selfTest(environment);
  const before = await locks.get(lockKey);
  const nowMs = clock.now();
  const { kind, row } = await locks.acquire({
    ...{ lockKey, branch: 'self-test', workItemId: 'self-test', environment, nowMs },
    ...{ owner: buildId, startToken: buildId, leaseMs: LEASE_MS, resetAttempts: true },
    // A self-test that was stopped leaves it held.
    ...(before !== null && isExpired(before, nowMs) ? { takeOverFence: before.fence } : {}),
  });
  if (kind === 'refused' || row === null)
    return unknown('lock', { detail: 'another self-test holds it', remedy: 'Type the command again in ten minutes.' });
  const isReleased = await locks.release({
    ...holderOf(row),
    ...{ outcome: 'completed', nextEligibleAtMs: 0, head: null, nowMs: clock.now() },
  });
  if (isReleased) return passed('lock', 'acquired and released');
  return failed('lock', {
    detail: 'it was acquired, but its release was refused',
    remedy: 'Look at the row of the locks table, then type the command again.',
  });
}
