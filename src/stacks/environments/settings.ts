import type { EnvironmentConfig } from './config.ts';
import { rateMinutes } from './schedule.ts';

/** Minutes that the worker reserves for reporting the result of a run before CodeBuild stops the build. */
const REPORTING_RESERVE_MINUTES = 5;
const SECONDS = 60;

/** Returns the Mappings of one environment: settings and figures derived from them, never an identity (account, e-mail,
 *  network), which is given at deployment. */
export function settingsOf(config: EnvironmentConfig) {
  const pollPeriodSeconds = pollMinutes(config) * SECONDS;
  const longestBuildMinutes = config.codeBuildQueueTimeoutMinutes + config.codeBuildTimeoutMinutes;
  // Two polls per period, so that each has a data point; beyond a day CloudWatch evaluates periods of whole hours only.
  const buildsStuckPeriodSeconds = Math.max(2 * pollPeriodSeconds, longestBuildMinutes > 20 * 60 ? 60 * SECONDS : 0);
  return {
    pollingInterval: config.pollingInterval,
    coverageThreshold: config.coverageThreshold,
    maxConcurrentBuilds: config.maxConcurrentBuilds,
    // 0 = unreserved; a condition then omits it from the function.
    reservedConcurrency: config.reservedConcurrency ?? 0,
    leaseMinutes: config.leaseMinutes,
    lambdaTimeoutSeconds: config.lambdaTimeoutMinutes * SECONDS,
    lambdaMemoryMb: config.lambdaMemoryMb,
    buildComputeType: `BUILD_GENERAL1_${config.codeBuildComputeType}`,
    buildImage: config.codeBuildImage,
    buildTimeoutMinutes: config.codeBuildTimeoutMinutes,
    buildQueueTimeoutMinutes: config.codeBuildQueueTimeoutMinutes,
    workerTimeLimitMs: (config.codeBuildTimeoutMinutes - REPORTING_RESERVE_MINUTES) * SECONDS * 1000,
    artifactRetentionDays: config.artifactRetentionDays,
    logRetentionDays: config.logRetentionDays,
    locksPointInTimeRecovery: String(config.locksPointInTimeRecovery),
    deletionProtection: String(config.deletionProtection),
    pollPeriodSeconds,
    pollerStoppedPeriods: Math.floor(pollerStoppedMinutes(config) / pollMinutes(config)),
    pollerSlowMs: config.lambdaTimeoutMinutes * SECONDS * 1000 * 0.8,
    buildTimeoutSeconds: config.codeBuildTimeoutMinutes * SECONDS,
    buildsStuckPeriodSeconds,
    buildsStuckPeriods: Math.ceil((longestBuildMinutes * SECONDS) / buildsStuckPeriodSeconds) + 1,
    agentCreditsPerDayAlarm: config.agentCreditsPerDayAlarm,
  } as const;
}

export type Settings = ReturnType<typeof settingsOf>;
export type Setting = keyof Settings;

/** Returns the minutes without a poll after which the poller counts as stopped; three intervals by default. */
export function pollerStoppedMinutes(config: EnvironmentConfig): number {
  return config.pollerStoppedMinutes ?? 3 * (rateMinutes(config.pollingInterval) ?? 0);
}

/** Returns the minutes between two polls; with cron, a third of what counts as stopped. */
function pollMinutes(config: EnvironmentConfig): number {
  return rateMinutes(config.pollingInterval) ?? Math.max(1, Math.floor(pollerStoppedMinutes(config) / 3));
}
