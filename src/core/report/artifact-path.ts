import { WorkerError } from '../errors.ts';

/** Returns the folder of one run among the artifacts: `{environment}/{build id}`, safe as a path and as an S3 key. */
export function artifactPrefix(environment: string, buildId: string): string {
  const safe = (part: string) => part.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '');
  return `${safe(environment)}/${safe(buildId)}`;
}

/** Returns `path` when it stays inside the run's folder. Throws ARTIFACT_NOT_STORED otherwise. */
export function checkArtifactPath(path: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(path)) return path;
  throw new WorkerError({
    code: 'ARTIFACT_NOT_STORED',
    what: `${JSON.stringify(path)} is not a valid path of an artifact.`,
    remedy: 'This is a defect of the worker: report it.',
  });
}
