import { WorkerError } from '../../src/core/errors.ts';
import type { ReleaseStore } from '../../src/core/ports/releases.ts';
import { isReleaseHash } from '../../src/core/release.ts';

export interface MemoryReleases {
  readonly store: ReleaseStore;
  /** Zips and the time each was stored, by hash. */
  readonly stored: Map<string, { readonly zip: Uint8Array; readonly atMs: number }>;
  /** What stands where the hash of the chosen release belongs. */
  chosen: string | null;
  /** False: nobody has made a place for releases yet. */
  hasPlace: boolean;
  /** What was written, in order. */
  readonly writes: string[];
}

/** Makes a ReleaseStore that lives in memory; each release that is put is one millisecond newer than the one before. */
export function createMemoryReleases(): MemoryReleases {
  let nowMs = 0;
  const releases: MemoryReleases = {
    stored: new Map(),
    chosen: null,
    hasPlace: true,
    writes: [],
    store: {
      async put(hash, zip) {
        requirePlace(releases);
        if (releases.stored.has(hash)) return;
        nowMs += 1;
        releases.writes.push(`put ${hash}`);
        releases.stored.set(hash, { zip, atMs: nowMs });
      },
      has: async (hash) => releases.stored.has(hash),
      async list() {
        requirePlace(releases);
        return [...releases.stored]
          .map(([hash, { zip, atMs }]) => ({ hash, publishedAtMs: atMs, sizeBytes: zip.length }))
          .sort((a, b) => b.publishedAtMs - a.publishedAtMs);
      },
      async current() {
        const { chosen } = releases;
        if (chosen === null || isReleaseHash(chosen)) return chosen;
        throw new WorkerError({
          code: 'RELEASE_INVALID',
          what: `${chosen} is not a content hash.`,
          remedy: 'Choose one.',
        });
      },
      async setCurrent(hash) {
        releases.writes.push(`choose ${hash}`);
        releases.chosen = hash;
      },
    },
  };
  return releases;
}

function requirePlace({ hasPlace }: MemoryReleases): void {
  if (hasPlace) return;
  throw new WorkerError({ code: 'SETUP_INCOMPLETE', what: 'There is no place for releases.', remedy: 'Make one.' });
}
