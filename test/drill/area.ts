/** What one run of the drill came to. */
export interface DrillResult {
  /** A sentence for each invariant that did not hold; none when all held. */
  readonly violations: readonly string[];
  /** What really struck during the run, by keys of `DrillArea.strikes`. */
  readonly struck: readonly string[];
}

/** One run: the same area, seed and level give the same run again. */
export interface DrillRun {
  readonly seed: number;
  readonly name: string;
  perform(): Promise<DrillResult>;
}

/** On a virtual clock in this process, or with real processes; an area without levels takes either for the same. */
export const LEVELS = ['in-process', 'processes'] as const;
export type Level = (typeof LEVELS)[number];

/** A bug that was put in on purpose. */
export interface PlantedBug {
  readonly name: string;
  /** The violation that it shows as; null when nothing noticed it, or the same violation comes without it. */
  readonly caughtBy: string | null;
}

/** A subject of the drill: attempts against the trust boundary, whole flows under faults, and so on. */
export interface DrillArea {
  readonly name: string;
  readonly shows: string;
  /** Everything that must have struck at least once in a full drill; a key that never struck is a violation of its own. */
  readonly strikes: readonly string[];
  /** How many runs of seeds in a row strike everything; a shorter drill does not judge `strikes`. */
  readonly fullRuns: number;
  /** The runs of the seeds from `seed`, one for each. */
  plan(options: { readonly seed: number; readonly runs: number }): Promise<readonly DrillRun[]>;
  /** Puts known bugs in, each of which the drill must notice. */
  selfTest?(): Promise<readonly PlantedBug[]>;
  /** Ends what the area keeps open between runs. */
  close(): Promise<void>;
}
