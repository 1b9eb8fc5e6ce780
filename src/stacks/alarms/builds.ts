import { METRICS } from '../../core/names.ts';
import type { Alarm, AlarmMetric } from './alarm.ts';
import { NO_DATA_WITHOUT_POLL, ONLY_WHEN_BAD, onDeadLetters, own } from './alarm.ts';

/** A spec task usually costs more than one credit and takes a few minutes: one credit per three minutes of each build. */
const BUSY_CREDITS_PER_DAY = 1440 / 3;

/** Runs of the period that ended one way or the other; a metric without data would make the sum empty. */
const FINISHED = '(FILL(failed, 0) + FILL(completed, 0))';

/** Alarms on builds, on the finalizer, and on what the agent costs. */
export const BUILD_ALARMS: readonly Alarm[] = [
  {
    name: 'finalizer-errors',
    metrics: { errors: { namespace: 'AWS/Lambda', name: 'Errors', of: 'finalizer', statistic: 'Sum' } },
    periodSeconds: 900,
    periods: 1,
    when: 'at or above',
    threshold: 2,
    missing: ONLY_WHEN_BAD,
    range: {
      worst: 3,
      healthy: 0,
      because:
        'Lambda tries an event three times (retries after one and two minutes); a retry that succeeds raises no alarm',
    },
    meaning: 'The finalizer failed repeatedly; polls close the locks instead, but later.',
    remedy: 'Read the finalizer log: it says what failed, why, and what to do.',
  },
  {
    name: 'finalizer-dead-letters',
    ...onDeadLetters('finalizerDeadLetters', 'a build event that could not be handled leaves one message for 14 days'),
    meaning: 'The finalizer could not handle a finished build, even after retries.',
    remedy: 'Read the error in a message and fix its cause; the next poll closes the lock, so no replay is needed.',
  },
  {
    name: 'build-failure-rate',
    metrics: { failed: own(METRICS.runsFailed, 'Sum'), completed: own(METRICS.runsCompleted, 'Sum') },
    expression: `IF(${FINISHED} >= 3, 100 * FILL(failed, 0) / ${FINISHED}, 0)`,
    periodSeconds: 21_600,
    periods: 1,
    when: 'at or above',
    threshold: 50,
    missing: { treat: 'notBreaching', because: 'no run ended in six hours' },
    range: {
      worst: 100,
      healthy: 0,
      because:
        'each run counts once, as completed or as failed; those that ended early, met a moved branch, were cancelled, or found a service or the set-up not ready count as neither; a rate of fewer than three runs means nothing',
    },
    meaning: 'At least half of the runs in the last six hours failed (three runs or more).',
    remedy:
      'Compare the comments on their pull requests: the same error everywhere points to the setup, not to the code.',
  },
  {
    name: 'build-duration',
    metrics: { duration: builds('Duration', 'Maximum') },
    periodSeconds: 900,
    periods: 1,
    when: 'at or above',
    threshold: { setting: 'buildTimeoutSeconds' },
    missing: { treat: 'notBreaching', because: 'no build ended in that period' },
    range: {
      worst: (settings) => Number(settings.buildTimeoutMinutes) * 60,
      healthy: (settings) => Number(settings.workerTimeLimitMs) / 1000,
      because:
        'CodeBuild stops a build at its time limit; the worker ends a run five minutes earlier, pushes what is finished and says so, which is no alarm',
    },
    meaning: 'CodeBuild stopped a build at its time limit, because the worker had not ended it before.',
    remedy: 'Read the end of its log: what did not end within five minutes after the time limit of the run?',
  },
  {
    name: 'builds-stuck',
    metrics: {
      held: own(METRICS.locksHeld, 'Minimum'),
      started: own(METRICS.buildsStarted, 'Sum'),
    },
    expression: 'IF(FILL(held, 0) >= 1 AND FILL(started, 0) < 1, 1, 0)',
    periodSeconds: { setting: 'buildsStuckPeriodSeconds' },
    periods: { setting: 'buildsStuckPeriods' },
    when: 'at or above',
    threshold: 1,
    missing: NO_DATA_WITHOUT_POLL,
    range: {
      worst: 1,
      healthy: 0,
      because:
        'within the time limits of queue and build a lock is released or another build starts; the periods together are longer than any build',
    },
    meaning: 'A lock has been held for longer than any build can run, and no new build has started.',
    remedy:
      '`npx kiro-worker status` names the locked branch; `cancel` its build if it still runs, `unlock` it when the build has ended, and read the poller log (`logs poller`).',
  },
  {
    name: 'agent-credits',
    metrics: { credits: own(METRICS.agentCredits, 'Sum') },
    periodSeconds: 86_400,
    periods: 1,
    when: 'at or above',
    threshold: { setting: 'agentCreditsPerDayAlarm' },
    missing: { treat: 'notBreaching', because: 'no run used the agent that day' },
    range: {
      worst: (settings) => settings.maxConcurrentBuilds * BUSY_CREDITS_PER_DAY,
      healthy: 20,
      because:
        'a spec task usually costs more than one credit; one credit per three minutes adds up to 480 a day for each concurrent build',
    },
    meaning: 'The agent used at least agentCreditsPerDayAlarm credits in a day.',
    remedy:
      'Check which cards ran and how often; to save credits, pause starts (write a reason into the parameter /kiro-worker/ENVIRONMENT/paused) or lower maxConcurrentBuilds.',
  },
];

function builds(name: string, statistic: AlarmMetric['statistic']): AlarmMetric {
  return { namespace: 'AWS/CodeBuild', name, of: 'project', statistic };
}
