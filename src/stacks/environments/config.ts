import * as z from 'zod';

/** Retention times, in days, that CloudWatch Logs offers. */
export const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** Regions without AWS::CodeBuild::Project (CloudFormation's resource schemas, November 2026). */
const WITHOUT_CODEBUILD: readonly string[] = ['ap-east-2', 'ca-west-1', 'mx-central-1'];

const wholeNumber = (least: number, most: number) =>
  z
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be ${least} or more`)
    .max(most, `must be ${most} or less`);
const matching = (pattern: RegExp, example: string) => z.string().regex(pattern, `must look like ${example}`);

export const EnvironmentSchema = z.strictObject({
  // Part of every resource name, and of bucket names, which end at 63 characters.
  environment: matching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'test (lower-case letters, digits and hyphens)').max(
    20,
    'must be 20 characters or less',
  ),
  account: matching(/^\d{12}$/, 'an account of 12 digits, as text: "123456789012"').optional(),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'us-east-1').refine((region) => !WITHOUT_CODEBUILD.includes(region), {
    error: 'must be a region with CodeBuild, which this one does not have',
  }),
  stackPrefix: matching(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'KiroWorker (letters, digits and hyphens)'),
  pollingInterval: z.string(),
  pollerStoppedMinutes: wholeNumber(2, 1440).optional(),
  coverageThreshold: z.number().min(0, 'must be 0 or more').max(100, 'must be 100 or less'),
  maxConcurrentBuilds: wholeNumber(1, 20),
  reservedConcurrency: wholeNumber(1, 10).optional(),
  leaseMinutes: wholeNumber(5, 1440),
  lambdaTimeoutMinutes: wholeNumber(1, 15),
  lambdaMemoryMb: wholeNumber(256, 3008),
  lambdaArchitecture: z.enum(['arm64', 'x86_64']),
  codeBuildComputeType: z.enum(['SMALL', 'MEDIUM', 'LARGE', 'XLARGE', '2XLARGE']),
  codeBuildImage: matching(
    /^aws\/codebuild\/[a-z0-9_.:-]+$/,
    'aws/codebuild/standard:8.0 (an image of your own is ownBuildImage)',
  ),
  codeBuildTimeoutMinutes: wholeNumber(15, 2160),
  codeBuildQueueTimeoutMinutes: wholeNumber(5, 480),
  agentCreditsPerDayAlarm: z.number().positive('must be more than 0'),
  artifactRetentionDays: wholeNumber(1, 3650),
  logRetentionDays: z.literal(LOG_RETENTION_DAYS, `must be one of ${LOG_RETENTION_DAYS.join(', ')}`),
  locksPointInTimeRecovery: z.boolean(),
  deletionProtection: z.boolean(),
  dashboard: z.boolean(),
  alertEmail: z.email('must be an e-mail address').optional(),
  vpc: z
    .strictObject({
      vpcId: matching(/^vpc-[0-9a-f]+$/, 'vpc-0123456789abcdef0'),
      subnetIds: z
        .array(matching(/^subnet-[0-9a-f]+$/, 'subnet-0123456789abcdef0'))
        .min(1, 'needs at least one subnet'),
      securityGroupIds: z.array(matching(/^sg-[0-9a-f]+$/, 'sg-0123456789abcdef0')).min(1, 'needs at least one group'),
    })
    .optional(),
  ownBuildImage: z
    .strictObject({
      repository: matching(
        /^[a-z0-9][a-z0-9._/-]{1,255}$/,
        'kiro-worker, an ECR repository of the same account and region',
      ),
      tag: matching(/^[\w][\w.-]{0,127}$/, '3.2.0'),
      kiroCliPath: matching(/^\/[\w./-]+$/, '/usr/local/bin/kiro-cli'),
    })
    .optional(),
  kiroCli: z
    .strictObject({
      version: matching(/^\d+\.\d+\.\d+$/, '3.2.0'),
      sha256: matching(/^[0-9a-f]{64}$/, 'a SHA-256 of 64 hexadecimal digits'),
    })
    .optional(),
  agentKey: z.boolean().optional(),
  agentProgram: z
    .strictObject({
      archive: matching(
        /^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,200}\.(?:zip|tgz|tar\.gz)$/,
        'claude-agent-acp/0.101.0.tgz, an archive below tools/ in the artifacts bucket',
      ),
      sha256: matching(/^[0-9a-f]{64}$/, 'a SHA-256 of 64 hexadecimal digits'),
    })
    .optional(),
});

/** Settings of one environment (docs/deployment.md describes them). */
export type EnvironmentConfig = Readonly<z.input<typeof EnvironmentSchema>>;

/** All environments: name => settings, and the one of the one-stack template. */
export interface Environments {
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
  readonly sandbox: EnvironmentConfig;
}

/** Gives each setting its full type and keeps the names of the environments. */
export function defineEnvironments<Name extends string>(
  environments: Readonly<Record<Name, EnvironmentConfig>>,
): Readonly<Record<Name, EnvironmentConfig>> {
  return environments;
}
