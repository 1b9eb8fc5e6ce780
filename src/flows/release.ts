import { isWorkerError } from '../core/errors.ts';
import type { ReleaseStore, StoredRelease } from '../core/ports/releases.ts';
import { chooseRelease } from '../core/release.ts';

export interface Publication {
  readonly hash: string;
  /** False when the store had this content already. */
  readonly uploaded: boolean;
  /** What new builds ran before, null when nothing that could run. */
  readonly previous: string | null;
}

/** Stores a release under its content hash, unless it is there, and makes new builds run it. */
export async function publishRelease(request: {
  readonly store: ReleaseStore;
  readonly release: { readonly hash: string; readonly zip: Uint8Array };
  readonly onStep?: (text: string) => void;
}): Promise<Publication> {
  const { store, release, onStep } = request;
  const { hash } = release;
  onStep?.('Checking whether it is already stored');
  const uploaded = !(await store.has(hash));
  if (uploaded) {
    const { zip } = release;
    onStep?.(`Uploading ${(zip.length / 1024).toFixed(0)} KiB`);
    await store.put(hash, zip);
  }
  onStep?.('Making new builds run it');
  return { hash, uploaded, previous: await choose(store, hash) };
}

/** Makes new builds run a release that is there, named by its hash or the beginning of it. Throws RELEASE_INVALID
 *  when there is none of that name, or several. */
export async function chooseStoredRelease(request: {
  readonly store: ReleaseStore;
  readonly wanted: string;
  readonly environment: string;
}): Promise<Pick<Publication, 'hash' | 'previous'>> {
  const { store, wanted, environment } = request;
  const stored = await store.list();
  const hash = chooseRelease(wanted, { hashes: stored.map((one) => one.hash), environment });
  return { hash, previous: await choose(store, hash) };
}

export interface ReleaseList {
  /** Newest first. */
  readonly releases: ReadonlyArray<StoredRelease & { readonly inUse: boolean }>;
  readonly inUse: string | null;
  /** Why new builds cannot run what was chosen; null when all is well. */
  readonly problem: string | null;
}

/** Returns the stored releases, and which of them new builds run. */
export async function listReleases(store: ReleaseStore): Promise<ReleaseList> {
  const stored = await store.list();
  const { hash: inUse, problem } = await readCurrent(store);
  const isMissing = inUse !== null && !stored.some(({ hash }) => hash === inUse);
  return {
    releases: stored.map((one) => ({ ...one, inUse: one.hash === inUse })),
    inUse,
    problem: isMissing ? `New builds run ${inUse}, which is not among the stored releases.` : problem,
  };
}

/** Returns what was chosen before. */
async function choose(store: ReleaseStore, hash: string): Promise<string | null> {
  const { hash: previous } = await readCurrent(store);
  if (previous !== hash) await store.setCurrent(hash);
  return previous;
}

/** Returns the hash that new builds run. A chosen text that no build can run must not block the commands that replace it: `problem` says
 *  what is wrong with it. */
export async function readCurrent(store: ReleaseStore): Promise<{ hash: string | null; problem: string | null }> {
  try {
    return { hash: await store.current(), problem: null };
  } catch (error) {
    if (isWorkerError(error, 'RELEASE_INVALID') || isWorkerError(error, 'SETUP_INCOMPLETE'))
      return { hash: null, problem: error.what };
    throw error;
  }
}
