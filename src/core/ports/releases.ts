export interface StoredRelease {
  /** Content hash; names the release everywhere. */
  readonly hash: string;
  readonly publishedAtMs: number;
  readonly sizeBytes: number;
}

/** The worker's releases of one environment, and which of them new builds run. While there is no place for releases yet,
 *  `put` and `list` throw SETUP_INCOMPLETE. */
export interface ReleaseStore {
  /** Stores a release under its content hash; one that is there already stays as it is. */
  put(hash: string, zip: Uint8Array): Promise<void>;
  has(hash: string): Promise<boolean>;
  /** All of them, newest first. */
  list(): Promise<StoredRelease[]>;
  /** Hash that new builds run, null when none was chosen. Throws RELEASE_INVALID when another text stands there, and
   *  SETUP_INCOMPLETE when it names a release of another place. */
  current(): Promise<string | null>;
  setCurrent(hash: string): Promise<void>;
}
