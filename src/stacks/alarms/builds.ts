import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_POLL_NO_FIGURE, ONLY_WHEN_BAD, own } from './alarm.ts';

/** A spec task usually costs more than one credit and takes some minutes: one credit every three minutes of each build. */
const BUSY_CREDITS_PER_DAY = 1440 / 3;

/** What can go wrong with builds, their ends, and what the agent costs. */
export const BUILD_ALARMS: readonly Alarm[] = [
  {
    name: 'finalizer-errors',
    metrics: { errors: { namespace: 'AWS/Lambda', name: 'Errors', of: 'finalizer', statistic: 'Sum' } },
    periodSeconds: 900,
    periods: 1,
    when: 'at or above',
    threshold: 2,
    missing: ONLY_WHEN_BAD,
    reach: {
      worst: 3,
      healthy: 0,
      because:
        'Lambda tries an event three times (two retries, after one and two minutes); one mended by a retry stays quiet',
    },
    meaning: 'The finalizer failed repeatedly; polls close the locks instead, only later.',
    remedy: 'The finalizer log says what failed, why, and what to do.',
  },
  {
    name: 'finalizer-dead-letters',
    metrics: {
      messages: {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        of: 'finalizerDeadLetters',
        statistic: 'Maximum',
      },
    },
    periodSeconds: 300,
    periods: 1,
    when: 'at or above',
    threshold: 1,
    missing: { treat: 'notBreaching', because: 'SQS stops reporting a queue that has been empty for six hours' },
    reach: { worst: 1, healthy: 0, because: 'one build end that could not be handled leaves one message for 14 days' },
    meaning: 'The end of a build could not be handled, even after retries.',
    remedy: 'Read a message for the error and mend it; the next poll closes the lock, so no replay is needed.',
  },
  {
    name: 'build-failure-rate',
    metrics: { failed: builds('FailedBuilds', 'Sum'), finished: builds('Duration', 'SampleCount') },
    expression: 'IF(finished >= 3, 100 * failed / finished, 0)',
    periodSeconds: 21_600,
    periods: 1,
    when: 'at or above',
    threshold: 50,
    missing: { treat: 'notBreaching', because: 'no failed build in six hours' },
    reach: {
      worst: 100,
      healthy: 0,
      because:
        'each build that ends counts once in Duration, and each failed one also in FailedBuilds; below three builds a rate says nothing',
    },
    meaning: 'Half of the builds of the last six hours failed, of at least three.',
    remedy: 'Compare the comments on their pull requests; the same words everywhere mean setup, not code.',
  },
  {
    name: 'build-duration',
    metrics: { duration: builds('Duration', 'Maximum') },
    periodSeconds: 900,
    periods: 1,
    when: 'at or above',
    threshold: { setting: 'buildSlowSeconds' },
    missing: { treat: 'notBreaching', because: 'no build ended in that time' },
    reach: {
      worst: (settings) => Number(settings.buildTimeoutMinutes) * 60,
      healthy: 900,
      because: 'CodeBuild stops a build at its time limit; the threshold is 90 % of it',
    },
    meaning: 'A build took almost as long as it may; finished tasks are pushed, the rest waits for the next build.',
    remedy: 'Split large tasks of the spec, or raise codeBuildTimeoutMinutes.',
  },
  {
    name: 'builds-stuck',
    metrics: {
      held: own(METRICS.locksHeld, 'Minimum'),
      started: own(METRICS.buildsStarted, 'Sum'),
    },
    expression: 'IF(held >= 1 AND started < 1, 1, 0)',
    periodSeconds: { setting: 'buildsStuckPeriodSeconds' },
    periods: { setting: 'buildsStuckPeriods' },
    when: 'at or above',
    threshold: 1,
    missing: NO_POLL_NO_FIGURE,
    reach: {
      worst: 1,
      healthy: 0,
      because:
        'within the time limits of queue and build a held lock is released or another build starts, so the periods together are longer than any build',
    },
    meaning: 'A lock has been held for longer than any build can run, and nothing new was started.',
    remedy:
      'See which branch is locked (docs/deployment.md, everyday commands), stop its build if it still runs, and read the poller log.',
  },
  {
    name: 'agent-credits',
    metrics: { credits: own(METRICS.agentCredits, 'Sum') },
    periodSeconds: 86_400,
    periods: 1,
    when: 'at or above',
    threshold: { setting: 'agentCreditsPerDayAlarm' },
    missing: { treat: 'notBreaching', because: 'no run used the agent that day' },
    reach: {
      worst: (settings) => settings.maxConcurrentBuilds * BUSY_CREDITS_PER_DAY,
      healthy: 20,
      because:
        'a spec task usually costs more than one credit; one credit every three minutes makes 480 a day for each build at once',
    },
    meaning: 'The agent used more credits in a day than agentCreditsPerDayAlarm.',
    remedy: 'Look at which cards ran and how often; pause the schedule or lower maxConcurrentBuilds to save.',
  },
];

function builds(name: string, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: 'AWS/CodeBuild', name, of: 'project', statistic };
}
