import * as z from 'zod';
import { describeIssue } from '../core/config-problems.ts';
import { WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';

const text = z.string().min(1, 'must not be empty');
const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1')
  .transform(Number);

const Settings = z.object({
  [ENV.environment]: text,
  [ENV.locksTableName]: text,
  [ENV.projectConfigParameterName]: text,
  [ENV.releaseParameterName]: text,
  [ENV.pausedParameterName]: text,
  [ENV.codeBuildProjectName]: text,
  [ENV.artifactsBucketName]: text,
  [ENV.githubTokenSecretArn]: text,
  [ENV.maxConcurrentBuilds]: wholeNumber,
  [ENV.leaseMinutes]: wholeNumber,
});

/** Environment variables that poller and finalizer read, and the Poller stack must set. */
export const FUNCTION_VARIABLES: readonly string[] = Object.keys(Settings.shape);

/** Settings of poller and finalizer from their environment. Throws CONFIG_INVALID naming every variable at fault. */
export function parseFunctionSettings(env: Readonly<Record<string, string | undefined>>) {
  const parsed = Settings.safeParse(env);
  if (!parsed.success) {
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: "The function's environment variables are not valid:",
      problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, env)),
      remedy: 'The Poller stack sets them; deploy it again.',
    });
  }
  const { data } = parsed;
  return {
    environment: data.ENVIRONMENT,
    locksTableName: data.LOCKS_TABLE_NAME,
    projectConfigParameterName: data.GITHUB_PROJECT_CONFIG_PARAMETER_NAME,
    releaseParameterName: data.RELEASE_PARAMETER_NAME,
    pausedParameterName: data.PAUSED_PARAMETER_NAME,
    projectName: data.CODEBUILD_PROJECT_NAME,
    artifactsBucketName: data.ARTIFACTS_BUCKET_NAME,
    githubTokenSecretArn: data.GITHUB_TOKEN_SECRET_ARN,
    maxConcurrentBuilds: data.MAX_CONCURRENT_BUILDS,
    leaseMs: data.LEASE_MINUTES * 60_000,
  };
}
