import { randomUUID } from 'node:crypto';
import { withStartToken } from '../../core/build-variables.ts';
import { WorkerError } from '../../core/errors.ts';
import type { StartBuild } from '../../core/ports/builds.ts';
import type { BuildRecord } from './build-records.ts';
import { processRef } from './process-tree.ts';

export interface LocalStartBuild extends StartBuild {
  /** Where the release lies: CODEBUILD_SOURCE_REPO_URL of the build. */
  readonly source?: string;
}

/** Returns the record of a build that starts now; its variables are the project's overridden by the request's. */
export function newRecord(
  request: LocalStartBuild,
  site: {
    project: string;
    number: number;
    nowMs: number;
    uptimeMs: number;
    timeoutMs: number;
    variables: Readonly<Record<string, string>>;
    source: string;
  },
): BuildRecord {
  return {
    id: `${site.project}:${randomUUID()}`,
    token: request.token,
    number: site.number,
    status: 'IN_PROGRESS',
    currentPhase: 'SUBMITTED',
    startedAtMs: site.nowMs,
    endedAtMs: null,
    timeoutAtMs: site.nowMs + site.timeoutMs,
    startedUptimeMs: site.uptimeMs,
    variables: withStartToken({ ...site.variables, ...request.variables }, request.token),
    asked: JSON.stringify([Object.entries(request.variables).sort(), request.release]),
    source: request.source ?? site.source,
    phases: [],
    runner: processRef(process.pid) ?? { pid: process.pid, startedAt: '' },
    groups: [],
    stopAsked: false,
  };
}

/** Throws BUILD_SERVICE_FAILED when the token was used for a build with other parameters, as CodeBuild does. */
export function checkSameRequest(record: BuildRecord, request: LocalStartBuild): void {
  if (record.asked === JSON.stringify([Object.entries(request.variables).sort(), request.release])) return;
  throw new WorkerError({
    code: 'BUILD_SERVICE_FAILED',
    what: `The token ${request.token} has started build ${record.id} with other parameters.`,
    remedy: 'Use another token for another build.',
  });
}

/** Throws BUILD_SERVICE_FAILED naming every variable that no process can be given. */
export function checkVariables(request: LocalStartBuild): void {
  const problems = Object.entries(request.variables).flatMap(([name, value]) => [
    ...(/^[A-Za-z_]\w*$/.test(name) ? [] : [`${JSON.stringify(name)} is not a valid variable name`]),
    ...(value.includes('\0') ? [`${name} contains a NUL character`] : []),
  ]);
  if (request.token === '') problems.push('the token is empty');
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'BUILD_SERVICE_FAILED',
    what: 'The build cannot be started with these variables.',
    problems,
    remedy: 'Correct the variables.',
  });
}
