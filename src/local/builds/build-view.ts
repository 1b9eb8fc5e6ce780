import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Build } from '../../core/ports/builds.ts';
import type { BuildRecord, PhaseRecord } from './build-records.ts';

/** A build of this machine, as callers of the build service get it. */
export interface LocalBuild extends Build {
  readonly arn: string;
  readonly project: string;
  readonly number: number;
  readonly logFile: string;
  /** Where the release lies, as in the build's CODEBUILD_SOURCE_REPO_URL. */
  readonly source: string;
  readonly phases: readonly PhaseRecord[];
}

/** Where the builds of this machine are kept, and the region that they claim to be in. */
export interface Site {
  readonly root: string;
  readonly region: string | null;
}

/** Returns the public face of a record. */
export function viewOf(record: BuildRecord, site: Site): LocalBuild {
  const logFile = join(folderOf(record.id, site), 'build.log');
  return {
    id: record.id,
    arn: arnOf(record.id, site),
    project: record.id.slice(0, record.id.indexOf(':')),
    number: record.number,
    status: record.status,
    ended: record.endedAtMs !== null,
    currentPhase: record.currentPhase,
    startedAtMs: record.startedAtMs,
    endedAtMs: record.endedAtMs,
    logsUrl: pathToFileURL(logFile).href,
    logFile,
    source: record.source,
    variables: record.variables,
    phases: record.phases,
  };
}

/** Folder of one build: `src/` while it runs, `build.log` for good. */
export function folderOf(id: string, { root }: Site): string {
  return join(root, id.slice(id.indexOf(':') + 1));
}

/** An ARN of the form that CodeBuild gives, with an account that nobody has. */
export function arnOf(id: string, { region }: Site): string {
  return `arn:aws:codebuild:${region ?? 'local'}:000000000000:build/${id}`;
}
