import { WorkerError } from './errors.ts';
import { CODE_PREFIXES } from './names.ts';

const FILE = 'worker.zip';
/** Shorter beginnings of a hash are more likely a slip than a choice. */
const SHORTEST_BEGINNING = 4;

/** Returns the key in the artifacts bucket at which a release lies; builds take their source from there. */
export function releaseKey(hash: string): string {
  return `${CODE_PREFIXES.releases}${hash}/${FILE}`;
}

/** Returns the content hash of the release that lies at `key`, null when none does. */
export function releaseHashOf(key: string): string | null {
  const hash = key.slice(CODE_PREFIXES.releases.length, -FILE.length - 1);
  return isReleaseHash(hash) && key === releaseKey(hash) ? hash : null;
}

/** Returns whether `text` is a content hash: SHA-256 in lower-case hexadecimal digits. */
export function isReleaseHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Returns the one of `hashes` that is `wanted` or begins with it. Throws RELEASE_INVALID when that is not exactly one. */
export function chooseRelease(wanted: string, hashes: readonly string[]): string {
  const beginning = parseBeginning(wanted);
  const found = hashes.filter((hash) => hash.startsWith(beginning));
  const [only] = found;
  if (only === undefined) throw invalid(`No release ${beginning} has been published to this environment.`);
  if (found.length > 1) {
    throw invalid(`${beginning} is the beginning of ${found.length} releases: ${found.slice(0, 5).join(', ')}.`);
  }
  return only;
}

/** Returns the digits of a hash, or of its beginning. Throws RELEASE_INVALID for anything else. */
export function parseBeginning(wanted: string): string {
  const beginning = wanted.trim().toLowerCase();
  if (/^[0-9a-f]{1,64}$/.test(beginning) && beginning.length >= SHORTEST_BEGINNING) return beginning;
  throw invalid(
    `${JSON.stringify(wanted.slice(0, 80))} is neither the content hash of a release nor the first ${SHORTEST_BEGINNING} or more digits of one.`,
  );
}

function invalid(what: string): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what,
    remedy: 'List them in the checkout of the worker: npx kiro-worker release list --env ENVIRONMENT',
  });
}
