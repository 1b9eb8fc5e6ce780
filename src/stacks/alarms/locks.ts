import { METRICS } from '../../core/names.ts';
import type { Alarm } from './alarm.ts';
import { NO_DATA_WITHOUT_POLL, own, POLL } from './alarm.ts';

/** Alarms on the lock rows. A table that fails or throttles needs none: the poll that meets it throws (poller-errors). */
export const LOCK_ALARMS: readonly Alarm[] = [
  {
    name: 'locks-beyond-lease',
    metrics: { lapsed: own(METRICS.locksBeyondLease, 'Maximum') },
    periodSeconds: POLL,
    periods: 3,
    datapoints: 2,
    when: 'at or above',
    threshold: 1,
    missing: NO_DATA_WITHOUT_POLL,
    range: {
      worst: 1,
      healthy: 0,
      because: 'each poll reports how many expired locks it could not close, unless there is none',
    },
    meaning: 'The lease of a lock has expired but its build has not ended: the worker no longer renews it.',
    remedy:
      '`npx kiro-worker status` names the locked branch; `cancel` it, or `unlock` it when its build has ended. The next poll picks the card up again.',
  },
];
