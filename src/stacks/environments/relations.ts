import type { EnvironmentConfig } from './config.ts';
import { rateMinutes } from './schedule.ts';

/** Minutes by which a lease must exceed the longest wait in the build queue: StartBuild, provisioning, first renewal. */
export const LEASE_MARGIN_MINUTES = 5;

/** Returns conflicts between settings that are valid one by one, each line naming environment, field and value. */
export function relationProblems(environments: Readonly<Record<string, EnvironmentConfig>>): string[] {
  const problems = Object.entries(environments).flatMap(([name, config]) =>
    problemsWithin(config).map((problem) => `${name}.${problem}`),
  );
  return [...problems, ...problemsBetween(Object.entries(environments))];
}

function problemsWithin(config: EnvironmentConfig): string[] {
  const problems: string[] = [];
  const { leaseMinutes, codeBuildQueueTimeoutMinutes, pollerStoppedMinutes, pollingInterval } = config;
  const leastLease = codeBuildQueueTimeoutMinutes + LEASE_MARGIN_MINUTES;
  if (leaseMinutes < leastLease) {
    problems.push(
      `leaseMinutes: must be ${leastLease} or more, since a build may wait ${codeBuildQueueTimeoutMinutes} minutes in the queue before it can renew (it is ${leaseMinutes})`,
    );
  }
  const interval = rateMinutes(pollingInterval);
  if (interval === null && pollerStoppedMinutes === undefined) {
    problems.push(
      'pollerStoppedMinutes: is required with cron(...): give the longest gap between two polls plus a margin',
    );
  }
  if (interval !== null && pollerStoppedMinutes !== undefined && pollerStoppedMinutes < 2 * interval) {
    problems.push(
      `pollerStoppedMinutes: must be ${2 * interval} or more, two intervals of ${pollingInterval} (it is ${pollerStoppedMinutes})`,
    );
  }
  if (config.logRetentionDays > config.artifactRetentionDays) {
    problems.push(
      `logRetentionDays: must not exceed artifactRetentionDays ${config.artifactRetentionDays}, since a log points at the run's files (it is ${config.logRetentionDays})`,
    );
  }
  if (config.ownBuildImage !== undefined && config.kiroCli !== undefined) {
    problems.push('kiroCli: an image of your own brings its own Kiro CLI; set kiroCli or ownBuildImage, not both');
  }
  return problems;
}

function problemsBetween(environments: ReadonlyArray<[string, EnvironmentConfig]>): string[] {
  return environments.flatMap(([name, config], index) =>
    environments.slice(index + 1).flatMap(([otherName, other]) => {
      if (config.stackPrefix !== other.stackPrefix || areApart(config, other)) return [];
      return [
        `${otherName}.stackPrefix: "${other.stackPrefix}" is also the prefix of ${name}, so the two would overwrite each other unless their accounts (both given) or regions differ`,
      ];
    }),
  );
}

function areApart(one: EnvironmentConfig, other: EnvironmentConfig): boolean {
  const accountsDiffer = one.account !== undefined && other.account !== undefined && one.account !== other.account;
  return accountsDiffer || one.region !== other.region;
}
