import type { Argv } from '../argv.ts';
import type { ToolNeed } from '../tool-need.ts';

/** The commands of one folder. */
export interface FolderCommands {
  /** Steps in their order; empty: nothing has to be installed. */
  readonly install: readonly Argv[];
  readonly test: Argv;
  /** Null: the test command writes the report, or nothing is known that does. */
  readonly coverage: Argv | null;
  /** Paths or globs; empty: the usual places. */
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
}

/** A tool chain whose files are in a folder, with its commands; paths are relative to the folder. */
export interface Ecosystem extends FolderCommands {
  /** Permanent id. */
  readonly id: string;
  /** For people, with the file that shows it: `npm (package-lock.json)`. */
  readonly name: string;
  readonly detectedBy: readonly string[];
  readonly needs: readonly ToolNeed[];
  /** Whether the repository itself names the coverage command: it holds beside another test command than the detected one. */
  readonly namesCoverage: boolean;
  /** Whether something shows that there are tests. */
  readonly isTested: boolean;
  /** Why its commands are only a guess; null where they are certain. */
  readonly problem: EcosystemProblem | null;
}

export interface EcosystemProblem {
  /** What cannot be determined. Without an install command nothing else runs. */
  readonly of: 'install' | 'test';
  /** A clause for people. */
  readonly text: string;
  /** Its manifest is read, and no tests are there yet: the first task may bring them. */
  readonly isUntested?: true;
  /** The file that no tool can read: no other command helps before it is corrected. */
  readonly broken?: string;
}

/** Report paths of an ecosystem whose tools write to the usual places. */
export const USUAL_PLACES = { tests: [], coverage: [] } as const;
