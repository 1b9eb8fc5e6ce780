import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_DATA_WITHOUT_POLL, own, POLL } from './alarm.ts';

const DYNAMODB_MISSING = {
  treat: 'ignore',
  because: 'alarms on AWS/DynamoDB always ignore missing data; FILL lets the alarm clear',
} as const;

/** A single occurrence is one too many. */
const ONE_IN_FIVE_MINUTES = {
  periodSeconds: 300,
  periods: 1,
  when: 'at or above',
  threshold: 1,
  missing: DYNAMODB_MISSING,
} as const;

/** Alarms on the lock rows. */
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
    range: { worst: 1, healthy: 0, because: 'each poll reports how many expired locks it could not close, 0 included' },
    meaning: 'The lease of a lock has expired but its build has not ended: the worker no longer renews it.',
    remedy:
      'Find the locked branch (docs/deployment.md, everyday commands) and stop its build; the next poll picks the card up again.',
  },
  {
    name: 'locks-write-errors',
    metrics: { errors: table('SystemErrors', 'UpdateItem') },
    expression: 'FILL(errors, 0)',
    ...ONE_IN_FIVE_MINUTES,
    range: { worst: 1, healthy: 0, because: 'each write that DynamoDB failed to perform counts 1' },
    meaning: 'DynamoDB failed to write a lock.',
    remedy: 'If it clears by itself, do nothing: every write is retried. Otherwise check the AWS Health Dashboard.',
  },
  {
    name: 'locks-read-errors',
    metrics: { errors: table('SystemErrors', 'Query') },
    expression: 'FILL(errors, 0)',
    ...ONE_IN_FIVE_MINUTES,
    range: { worst: 1, healthy: 0, because: 'each poll queries the held locks once; a failed query counts 1' },
    meaning: 'DynamoDB failed to list the held locks.',
    remedy:
      'If it clears by itself, do nothing: the next poll queries again. Otherwise check the AWS Health Dashboard.',
  },
  {
    name: 'locks-write-throttles',
    metrics: { throttled: table('WriteThrottleEvents') },
    expression: 'FILL(throttled, 0)',
    ...ONE_IN_FIVE_MINUTES,
    range: { worst: 1, healthy: 0, because: 'each throttled write counts 1' },
    meaning:
      'DynamoDB throttled writes of locks. An on-demand table throttles only far above the writes of this system.',
    remedy: 'Look for another writer of the table in CloudTrail.',
  },
  {
    name: 'locks-read-throttles',
    metrics: { throttled: table('ReadThrottleEvents') },
    expression: 'FILL(throttled, 0)',
    ...ONE_IN_FIVE_MINUTES,
    range: { worst: 1, healthy: 0, because: 'each throttled read counts 1' },
    meaning: 'DynamoDB throttled reads of locks. An on-demand table throttles only far above the reads of this system.',
    remedy: 'Look for another reader of the table in CloudTrail.',
  },
];

function table(name: string, operation?: AlarmMetric['operation']): AlarmMetric {
  const metric = { namespace: 'AWS/DynamoDB', name, of: 'locksTable', statistic: 'Sum' } as const;
  return operation === undefined ? metric : { ...metric, operation };
}
