import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_POLL_NO_FIGURE, own, POLL } from './alarm.ts';

const DYNAMODB_MISSING = {
  treat: 'ignore',
  because: 'alarms on AWS/DynamoDB always ignore missing data; FILL brings the alarm back',
} as const;

/** One of what DynamoDB counts is one too many. */
const ONE_IN_FIVE_MINUTES = {
  periodSeconds: 300,
  periods: 1,
  when: 'at or above',
  threshold: 1,
  missing: DYNAMODB_MISSING,
} as const;

/** What can go wrong with the lock rows. */
export const LOCK_ALARMS: readonly Alarm[] = [
  {
    name: 'locks-beyond-lease',
    metrics: { lapsed: own(METRICS.locksBeyondLease, 'Maximum') },
    periodSeconds: POLL,
    periods: 3,
    datapoints: 2,
    when: 'at or above',
    threshold: 1,
    missing: NO_POLL_NO_FIGURE,
    reach: { worst: 1, healthy: 0, because: 'each poll reports the lapsed locks that it could not close, 0 included' },
    meaning: 'A lock has outlived its lease although its build has not ended: the worker no longer renews it.',
    remedy:
      'See which branch is locked (docs/deployment.md, everyday commands) and stop its build; the next poll takes the card up again.',
  },
  {
    name: 'locks-write-errors',
    metrics: { errors: table('SystemErrors', 'UpdateItem') },
    expression: 'FILL(errors, 0)',
    ...ONE_IN_FIVE_MINUTES,
    reach: { worst: 1, healthy: 0, because: 'one write that DynamoDB could not do counts 1' },
    meaning: 'DynamoDB failed to write a lock.',
    remedy: 'Nothing, if it ends by itself: every write is repeated. Otherwise look at the AWS Health Dashboard.',
  },
  {
    name: 'locks-read-errors',
    metrics: { errors: table('SystemErrors', 'Query') },
    expression: 'FILL(errors, 0)',
    ...ONE_IN_FIVE_MINUTES,
    reach: { worst: 1, healthy: 0, because: 'each poll asks once for the held locks; a failed answer counts 1' },
    meaning: 'DynamoDB failed to list the held locks.',
    remedy: 'Nothing, if it ends by itself: the next poll asks again. Otherwise look at the AWS Health Dashboard.',
  },
  {
    name: 'locks-write-throttles',
    metrics: { throttled: table('WriteThrottleEvents') },
    expression: 'FILL(throttled, 0)',
    ...ONE_IN_FIVE_MINUTES,
    reach: { worst: 1, healthy: 0, because: 'one throttled write counts 1' },
    meaning: 'DynamoDB throttled writes of locks, which a table on demand does only far above what this system writes.',
    remedy: 'Look for another writer of the table in CloudTrail.',
  },
  {
    name: 'locks-read-throttles',
    metrics: { throttled: table('ReadThrottleEvents') },
    expression: 'FILL(throttled, 0)',
    ...ONE_IN_FIVE_MINUTES,
    reach: { worst: 1, healthy: 0, because: 'one throttled read counts 1' },
    meaning: 'DynamoDB throttled reads of locks, which a table on demand does only far above what this system reads.',
    remedy: 'Look for another reader of the table in CloudTrail.',
  },
];

function table(name: string, operation?: AlarmMetric['operation']): AlarmMetric {
  const metric = { namespace: 'AWS/DynamoDB', name, of: 'locksTable', statistic: 'Sum' } as const;
  return operation === undefined ? metric : { ...metric, operation };
}
