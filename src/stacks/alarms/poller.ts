import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_POLL_NO_FIGURE, ONLY_WHEN_BAD, own, POLL } from './alarm.ts';

const ONE_PER_POLL = 'one poll falls into each period, and a poll that fails counts 1';

/** What can go wrong between schedule, poller and GitHub. */
export const POLLER_ALARMS: readonly Alarm[] = [
  {
    name: 'poller-stopped',
    metrics: { polls: own(METRICS.pollSucceeded, 'Sum') },
    periodSeconds: POLL,
    periods: { setting: 'pollerStoppedPeriods' },
    when: 'below',
    threshold: 1,
    missing: { treat: 'breaching', because: 'a poller that does not run sends no figure' },
    reach: {
      worst: 0,
      healthy: 1,
      because: 'each poll that ends as expected counts 1, also one that found nothing to do',
    },
    meaning: 'No poll has succeeded for about three intervals: no card is picked up.',
    remedy: 'Look at the poller log and at whether the schedule is enabled.',
  },
  {
    name: 'poller-errors',
    metrics: { errors: lambda('Errors', 'Sum') },
    periodSeconds: POLL,
    periods: 3,
    datapoints: 2,
    when: 'at or above',
    threshold: 1,
    missing: ONLY_WHEN_BAD,
    reach: { worst: 1, healthy: 0, because: `${ONE_PER_POLL}; a single one is mended by the next poll` },
    meaning: 'Two of three polls failed.',
    remedy: 'The poller log says what failed, why, and what to do.',
  },
  {
    name: 'poller-duration',
    metrics: { duration: lambda('Duration', 'Maximum') },
    periodSeconds: POLL,
    periods: 2,
    when: 'at or above',
    threshold: { setting: 'pollerSlowMs' },
    missing: NO_POLL_NO_FIGURE,
    reach: {
      worst: (settings) => Number(settings.lambdaTimeoutSeconds) * 1000,
      healthy: 5000,
      because: 'Lambda stops a poll at its time limit; the threshold is 80 % of it',
    },
    meaning: 'Polls take almost as long as they may.',
    remedy: 'Look at the poller log for slow calls of GitHub; raise lambdaTimeoutMinutes for a very large board.',
  },
  {
    name: 'poller-throttles',
    metrics: { throttles: lambda('Throttles', 'Sum') },
    periodSeconds: POLL,
    periods: 2,
    when: 'at or above',
    threshold: 1,
    missing: ONLY_WHEN_BAD,
    reach: { worst: 1, healthy: 0, because: 'a tick that Lambda turns away counts 1, once per period' },
    meaning: 'Lambda turned polls away: the concurrency of the account is used up.',
    remedy: 'Ask for a higher concurrency quota, or take reservedConcurrency out of environments.ts.',
  },
  {
    name: 'poller-dead-letters',
    metrics: {
      messages: {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        of: 'pollerDeadLetters',
        statistic: 'Maximum',
      },
    },
    periodSeconds: 300,
    periods: 1,
    when: 'at or above',
    threshold: 1,
    missing: { treat: 'notBreaching', because: 'SQS stops reporting a queue that has been empty for six hours' },
    reach: { worst: 1, healthy: 0, because: 'one failed poll leaves one message for 14 days' },
    meaning: 'Polls that failed lie in the dead-letter queue.',
    remedy: 'Read a message for the error, mend it, then purge the queue; polls need no replay.',
  },
  {
    name: 'github-budget-low',
    metrics: { budget: own(METRICS.githubBudgetRemainingPct, 'Minimum') },
    periodSeconds: POLL,
    periods: 3,
    datapoints: 2,
    when: 'below',
    threshold: 10,
    missing: NO_POLL_NO_FIGURE,
    reach: {
      worst: 0,
      healthy: 95,
      because: 'each poll reports what GitHub leaves of the hourly budget, from 100 down to 0',
    },
    meaning: 'Less than 10 % of the hourly GitHub budget of this token is left.',
    remedy: 'Find what else uses the token, or give the worker one of its own.',
  },
];

function lambda(name: string, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: 'AWS/Lambda', name, of: 'poller', statistic };
}
