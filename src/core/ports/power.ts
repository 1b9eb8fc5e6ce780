import type { ProjectConfig } from '../config.ts';

/** A Kiro Power as read: the text of its manifest, null without one, and its steering files by name. */
export interface Power {
  readonly source: string;
  readonly version: string;
  readonly manifest: string | null;
  /** Bytes by file name relative to the Power's `steering/` folder. */
  readonly steering: ReadonlyMap<string, Uint8Array>;
}

/** Reads the files of the configured Power. Throws STEERING_INVALID. */
export type ReadPower = (power: NonNullable<ProjectConfig['power']>) => Promise<Power>;
