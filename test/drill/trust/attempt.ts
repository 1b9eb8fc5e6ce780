import type { createInstallation } from '../../../src/adapters/files/installation.ts';
import type { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import type { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';

/** The parts of the product that decide most attempts; the drill's own test hands in broken ones. */
export interface Parts {
  readonly createGitRepository: typeof createGitRepository;
  readonly createWorkspaceFiles: typeof createWorkspaceFiles;
  readonly createInstallation: typeof createInstallation;
}

/** What an attempt works with; it is its alone. */
export interface Trial {
  readonly random: Random;
  readonly machine: Machine;
  readonly parts: Parts;
  /** Folder for what the attempt needs beside the folder for temporary files, which must be empty in the end. */
  readonly folder: string;
  /** A word that nothing else on the machine contains: what the attempt leaves is found by it. */
  readonly mark: string;
  /** Says that the trap was really set: without it the attempt has shown nothing. */
  strike(): void;
  /** A violation when it does not hold; the sentence says what was broken. */
  check(holds: boolean, broken: string): void;
}

/** One small hostile branch, agent, install or test. */
export interface Attempt {
  /** Its name, and what strikes. */
  readonly key: string;
  /** Why this machine cannot show it; null where it can. */
  readonly obstacle?: (machine: Machine) => string | null;
  /** Sets the trap, lets the product walk into it, and checks. What it throws is a violation. */
  perform(trial: Trial): Promise<void>;
}

/** Makes the attempts of a table: one for each row, `family/name of the row`. */
export function attemptsOf<Row>(
  family: string,
  {
    rows,
    perform,
    obstacle,
  }: {
    rows: Readonly<Record<string, Row>>;
    perform: (trial: Trial, row: Row) => Promise<void>;
    obstacle?: Attempt['obstacle'];
  },
): Attempt[] {
  return Object.entries(rows).map(([name, row]) => ({
    key: `${family}/${name}`,
    ...(obstacle && { obstacle }),
    perform: (trial) => perform(trial, row),
  }));
}
