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

/** What the parameter names; earlier versions of this product wrote the hash alone. */
interface ChosenRelease {
  readonly hash: string;
  /** The artifacts bucket that holds it; null where only the hash was written. */
  readonly bucket: string | null;
}

/** Returns the text that says which release new builds run. */
export function formatChosenRelease({ hash, bucket }: ChosenRelease): string {
  return bucket === null ? hash : `${bucket}/${hash}`;
}

/** Returns what such a text says, null when nothing was chosen. Throws RELEASE_INVALID for any other text. */
export function parseChosenRelease(text: string, source: string): ChosenRelease | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'none') return null;
  const [, bucket = null, hash = ''] = /^(?:([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/)?([^/]*)$/.exec(trimmed) ?? [];
  if (isReleaseHash(hash)) return { hash, bucket };
  throw new WorkerError({
    code: 'RELEASE_INVALID',
    what: `${source} contains ${JSON.stringify(text.slice(0, 140))}, which is neither a content hash nor BUCKET/HASH.`,
    remedy: 'Publish a release ("npx kiro-worker release"), or choose one ("release use HASH").',
  });
}

/** Returns the one of `hashes` that is `wanted` or begins with it. Throws RELEASE_INVALID when that is not exactly one. */
export function chooseRelease(
  wanted: string,
  { hashes, environment }: { hashes: readonly string[]; environment: string },
): string {
  const beginning = parseBeginning(wanted, { environment });
  const found = hashes.filter((hash) => hash.startsWith(beginning));
  const [only] = found;
  if (only === undefined) throw invalid(`No release ${beginning} has been published to this environment.`, environment);
  if (found.length > 1) {
    throw invalid(
      `${beginning} is the beginning of ${found.length} releases: ${found.slice(0, 5).join(', ')}.`,
      environment,
    );
  }
  return only;
}

/** Returns the digits of a hash, or of its beginning. Throws RELEASE_INVALID for anything else. */
export function parseBeginning(wanted: string, { environment }: { environment: string }): string {
  const beginning = wanted.trim().toLowerCase();
  if (/^[0-9a-f]{1,64}$/.test(beginning) && beginning.length >= SHORTEST_BEGINNING) return beginning;
  throw invalid(
    `${JSON.stringify(wanted.slice(0, 80))} is neither the content hash of a release nor the first ${SHORTEST_BEGINNING} or more digits of one.`,
    environment,
  );
}

function invalid(what: string, environment: string): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what,
    remedy: `List them in the checkout of the worker: npx kiro-worker release list --env ${environment}`,
  });
}
