import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_DATA_WITHOUT_POLL, ONLY_WHEN_BAD, onDeadLetters, own, POLL } from './alarm.ts';

const ONE_PER_POLL = 'each period has one poll, and a poll that fails counts 1';

/** Alarms on the schedule, the poller and its use of GitHub. */
export const POLLER_ALARMS: readonly Alarm[] = [
  {
    name: 'poller-stopped',
    metrics: { invoked: lambda('Invocations', 'Sum'), failed: lambda('Errors', 'Sum') },
    expression: 'FILL(invoked, 0) - FILL(failed, 0)',
    periodSeconds: POLL,
    periods: { setting: 'pollerStoppedPeriods' },
    when: 'below',
    threshold: 1,
    missing: { treat: 'breaching', because: 'a poller that does not run sends no data' },
    range: {
      worst: 0,
      healthy: 1,
      because:
        'each poll counts 1, also one that found nothing to do or is paused; a poll that failed, or that Lambda rejected for lack of concurrency, counts nothing',
    },
    meaning: 'No poll has succeeded for about three intervals, so no card is started.',
    remedy:
      'Read the poller log, and check that the schedule is enabled and that the concurrency of the account is not used up.',
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
    range: { worst: 1, healthy: 0, because: `${ONE_PER_POLL}; a single failure is made good by the next poll` },
    meaning: 'Two out of three polls failed.',
    remedy: 'Read the poller log: it says what failed, why, and what to do.',
  },
  {
    name: 'poller-duration',
    metrics: { duration: lambda('Duration', 'Maximum') },
    periodSeconds: POLL,
    periods: 2,
    when: 'at or above',
    threshold: { setting: 'pollerSlowMs' },
    missing: NO_DATA_WITHOUT_POLL,
    range: {
      worst: (settings) => Number(settings.lambdaTimeoutSeconds) * 1000,
      healthy: 5000,
      because: 'Lambda stops a poll at its time limit; the threshold is 80 % of it',
    },
    meaning: 'Polls come close to their time limit.',
    remedy: 'Look for slow GitHub requests in the poller log; raise lambdaTimeoutMinutes for a very large board.',
  },
  {
    name: 'poller-dead-letters',
    ...onDeadLetters('pollerDeadLetters', 'a poll that could not even be invoked leaves one message for 14 days'),
    meaning: 'EventBridge could not invoke the poller: the function or the permission of its rule is gone.',
    remedy: 'Read the error in a message, deploy the Poller stack again, then purge the queue; polls need no replay.',
  },
  {
    name: 'github-budget-low',
    metrics: { budget: own(METRICS.githubBudgetRemainingPct, 'Minimum') },
    periodSeconds: POLL,
    periods: 3,
    datapoints: 2,
    when: 'below',
    threshold: 10,
    missing: NO_DATA_WITHOUT_POLL,
    range: {
      worst: 0,
      healthy: 50,
      because:
        'each poll reports what is left of the hourly GitHub rate limit, from 50 down to 0; above that it reports nothing',
    },
    meaning: 'Less than 10 % of the hourly GitHub rate limit of this token is left.',
    remedy: 'Find out what else uses the token, or give the worker its own.',
  },
];

function lambda(name: string, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: 'AWS/Lambda', name, of: 'poller', statistic };
}
