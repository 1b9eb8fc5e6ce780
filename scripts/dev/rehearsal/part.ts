import type { Counts } from '../counts.ts';

/** One part of the rehearsal: what runs together and needs the same tools. */
export interface Part {
  /** For `--only`. */
  readonly name: string;
  /** What it shows, for the table. */
  readonly shows: string;
  /** Says what is missing on this machine and how to get it; null when the part can run. */
  missing(): Promise<string | null>;
  run(): Promise<Counts>;
}
