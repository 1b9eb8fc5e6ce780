import type { EnvironmentConfig } from './environments/config.ts';
import { defineEnvironments } from './environments/config.ts';

/** Defaults of every environment. */
const DEFAULTS = {
  region: 'us-east-1',
  coverageThreshold: 80,
  maxConcurrentBuilds: 1,
  leaseMinutes: 30,
  lambdaTimeoutMinutes: 5,
  lambdaMemoryMb: 512,
  lambdaArchitecture: 'arm64',
  codeBuildComputeType: 'MEDIUM',
  codeBuildImage: 'aws/codebuild/standard:8.0',
  codeBuildTimeoutMinutes: 60,
  codeBuildQueueTimeoutMinutes: 10,
  agentCreditsPerDayAlarm: 200,
  dashboard: true,
} as const;

/** The environments and their settings, the one list of them. Change them here, then run `npm run synth` and deploy.
 *  Optional in each: account, alertEmail, vpc, ownBuildImage, kiroCli, agentKey, agentProgram, reservedConcurrency, pollerStoppedMinutes. */
export const ENVIRONMENTS = defineEnvironments({
  test: {
    ...DEFAULTS,
    environment: 'test',
    stackPrefix: 'KiroWorker',
    pollingInterval: 'rate(5 minutes)',
    artifactRetentionDays: 30,
    logRetentionDays: 7,
    locksPointInTimeRecovery: false,
    deletionProtection: false,
  },
  staging: {
    ...DEFAULTS,
    environment: 'staging',
    stackPrefix: 'KiroWorkerStaging',
    pollingInterval: 'rate(10 minutes)',
    artifactRetentionDays: 60,
    logRetentionDays: 14,
    locksPointInTimeRecovery: false,
    deletionProtection: false,
  },
  production: {
    ...DEFAULTS,
    environment: 'production',
    stackPrefix: 'KiroWorkerProduction',
    pollingInterval: 'rate(15 minutes)',
    artifactRetentionDays: 90,
    logRetentionDays: 30,
    locksPointInTimeRecovery: true,
    deletionProtection: true,
  },
});

/** The environment of the one-stack template (`template.yaml`), for a personal trial next to the others. */
export const SANDBOX: EnvironmentConfig = {
  ...DEFAULTS,
  environment: 'sandbox',
  stackPrefix: 'KiroWorkerSandbox',
  pollingInterval: 'rate(5 minutes)',
  artifactRetentionDays: 30,
  logRetentionDays: 7,
  locksPointInTimeRecovery: false,
  deletionProtection: false,
};
