import { createHash } from 'node:crypto';
import {
  type Build as AwsBuild,
  BatchGetBuildsCommand,
  type BuildPhase,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { buildLink } from '../../core/build-link.ts';
import { startTokenIn, withStartToken } from '../../core/build-variables.ts';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { Build, BuildService, BuildStatus, StartBuild, StartResult } from '../../core/ports/builds.ts';
import { releaseKey } from '../../core/release.ts';
import { requestLimits } from './request-limits.ts';
import { isServiceFault } from './service-fault.ts';

export interface CodeBuildServiceOptions {
  readonly client: CodeBuildClient;
  readonly projectName: string;
  /** Bucket that holds `releases/`. */
  readonly artifactsBucketName: string;
}

/** Returns a client that gives up after seconds instead of hanging: 3 attempts of at most 10 s each. */
export function createCodeBuildClient(): CodeBuildClient {
  return new CodeBuildClient(requestLimits());
}

/** Makes the build service that AWS CodeBuild gives. Its methods throw BUILD_SERVICE_FAILED. */
export function createCodeBuildService(options: CodeBuildServiceOptions): BuildService {
  const { client, projectName } = options;

  const get = async (ids: readonly string[]): Promise<Build[]> => {
    const builds: Build[] = [];
    for (const chunk of chunksOf(ids)) {
      const answer = await attempt('read builds', () => client.send(new BatchGetBuildsCommand({ ids: chunk })));
      builds.push(...(answer.builds ?? []).map(parseBuild));
    }
    return builds;
  };

  return {
    get,
    start: (request) => start(request, options),
    async find(token) {
      let nextToken: string | undefined;
      for (let page = 0; page < PAGES_SEARCHED; page += 1) {
        const command = new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING', nextToken });
        const answer = await attempt('list builds', () => client.send(command)).catch(nullIfNoProject);
        const builds = await get(answer?.ids ?? []);
        const found = builds.find((build) => startTokenIn(build.variables) === token);
        if (found) return found;
        nextToken = answer?.nextToken;
        if (nextToken === undefined) break;
      }
      return null;
    },
    async stop(id) {
      await attempt('stop a build', () => client.send(new StopBuildCommand({ id })));
    },
  };
}

/** Builds are found again within minutes of their start, so the newest 200 are more than enough. */
const PAGES_SEARCHED = 2;

async function start(request: StartBuild, options: CodeBuildServiceOptions): Promise<StartResult> {
  const { client, projectName, artifactsBucketName } = options;
  const variables = withStartToken(request.variables, request.token);
  const command = new StartBuildCommand({
    projectName,
    idempotencyToken: createHash('sha256').update(request.token).digest('hex'),
    environmentVariablesOverride: Object.entries(variables).map(([name, value]) => ({
      name,
      value,
      type: 'PLAINTEXT',
    })),
    ...(request.release === null
      ? {}
      : {
          sourceTypeOverride: 'S3',
          sourceLocationOverride: `${artifactsBucketName}/${releaseKey(request.release)}`,
        }),
  });
  try {
    const { build } = await client.send(command);
    if (!build) throw new Error('the answer contains no build');
    return { kind: 'started', build: parseBuild(build) };
  } catch (error) {
    const detail = errorMessage(error);
    if (isAtCapacity(error)) return { kind: 'at-capacity', detail };
    if (nameOf(error) === 'ResourceNotFoundException') {
      return { kind: 'not-set-up', detail: `CodeBuild has no project ${projectName}: ${detail}` };
    }
    throw failure('start a build', error);
  }
}

/** A full project, and the queue of a new account (which may hold no build at all), are refused, not queued. */
function isAtCapacity(error: unknown): boolean {
  return (
    nameOf(error) === 'AccountLimitExceededException' ||
    /Cannot have more than \d+ (?:active )?builds? in queue/i.test(errorMessage(error))
  );
}

/** Sends a request; throws BUILD_SERVICE_FAILED. */
async function attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw failure(what, error);
  }
}

/** A project that is not there has no builds; every other failure is rethrown. */
function nullIfNoProject(error: unknown): null {
  if (error instanceof WorkerError && nameOf(error.cause) === 'ResourceNotFoundException') return null;
  throw error;
}

function failure(what: string, error: unknown): WorkerError {
  return new WorkerError({
    code: 'BUILD_SERVICE_FAILED',
    what: `CodeBuild could not ${what}.`,
    why: `${nameOf(error)}: ${errorMessage(error)}`,
    remedy: REMEDIES.get(nameOf(error)) ?? 'Nothing, when it happens once: the next poll asks again.',
    isPassing: isServiceFault(error),
    cause: error,
  });
}

/** By the name of AWS's error; not exhaustive. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['AccessDeniedException', "Give the caller's role the action that the message names, for this project."],
  ['InvalidInputException', 'Correct what the message names in the project or in the request.'],
  ['ExpiredTokenException', 'Sign in to AWS again.'],
  ['CredentialsProviderError', 'Give AWS credentials (a profile, a role or an SSO login).'],
]);

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function parseBuild(build: AwsBuild): Build {
  const status = build.buildStatus ?? 'IN_PROGRESS';
  const phase = build.currentPhase ?? null;
  const ended = build.buildComplete ?? status !== 'IN_PROGRESS';
  // Only an answer that lists phases says that this one is missing.
  const phases = build.phases ?? [];
  const provisioning = phases.find(({ phaseType }) => phaseType === 'PROVISIONING');
  const neverBegan = ended && phases.length > 0 && provisioning === undefined;
  return {
    id: build.id ?? '',
    status: status === 'IN_PROGRESS' && isWaiting(phase) ? 'QUEUED' : (status satisfies BuildStatus),
    ended,
    ...(neverBegan ? { neverBegan } : {}),
    ...(ended && provisioning !== undefined ? notRun(phases) : {}),
    currentPhase: phase,
    // What it waited in the queue is no time of the build.
    startedAtMs: (provisioning?.startTime ?? build.startTime)?.getTime() ?? 0,
    endedAtMs: build.endTime?.getTime() ?? null,
    logsUrl: buildLink(build.arn ?? '') ?? build.logs?.deepLink ?? null,
    variables: Object.fromEntries(
      (build.environment?.environmentVariables ?? [])
        .filter(({ type = 'PLAINTEXT' }) => type === 'PLAINTEXT')
        .map(({ name, value }) => [name ?? '', value ?? '']),
    ),
  };
}

/** A build that came no further than its source and its own tools. */
function notRun(phases: readonly BuildPhase[]): Pick<Build, 'notRun'> {
  if (phases.some(({ phaseType }) => phaseType === 'PRE_BUILD' || phaseType === 'BUILD')) return {};
  const failed = phases.find(({ phaseStatus = 'SUCCEEDED' }) => phaseStatus !== 'SUCCEEDED');
  if (failed === undefined) return {};
  const messages = (failed.contexts ?? []).flatMap(({ message }) => message ?? []);
  const said = [`CodeBuild ended it in the phase ${failed.phaseType} (${failed.phaseStatus})`, ...messages].join(': ');
  return { notRun: { by: failed.phaseStatus === 'FAILED' ? 'set-up' : 'service', said } };
}

function isWaiting(phase: string | null): boolean {
  return phase === 'SUBMITTED' || phase === 'QUEUED';
}

/** BatchGetBuilds takes 100 ids at most. */
function chunksOf(ids: readonly string[]): string[][] {
  const unique = [...new Set(ids)];
  return Array.from({ length: Math.ceil(unique.length / 100) }, (_, index) =>
    unique.slice(index * 100, index * 100 + 100),
  );
}
