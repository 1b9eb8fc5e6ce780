import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { unzipSync } from 'fflate';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { type Buildspec, parseBuildspec } from './buildspec.ts';

/** Unpacks a release into `folder` and returns its buildspec; throws RELEASE_INVALID when it is damaged, leads out of the folder or has no buildspec. */
export function unpackSource(zip: Uint8Array, folder: string): Buildspec {
  const files = Object.entries(unzip(zip)).filter(([path]) => !path.endsWith('/'));
  const outside = files.map(([path]) => path).filter((path) => !isInside(path));
  if (outside.length > 0) throw invalid(`It contains paths that lead out of it: ${outside.join(', ')}.`);
  const buildspec = files.find(([path]) => path === 'buildspec.yml')?.[1];
  if (!buildspec) throw invalid('It contains no buildspec.yml.');
  for (const [path, content] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return parseBuildspec(new TextDecoder().decode(buildspec));
}

function isInside(path: string): boolean {
  return !/^[/\\]|\\|^[A-Za-z]:|\0/.test(path) && posix.normalize(path) === path && !path.startsWith('..');
}

function unzip(zip: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch (error) {
    throw invalid(`It cannot be unpacked: ${errorMessage(error)}.`, error);
  }
}

function invalid(why: string, cause?: unknown): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what: 'The release cannot be the source of a build.',
    why,
    remedy: 'Build the release again.',
    cause,
  });
}
