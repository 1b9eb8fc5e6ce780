import type { Argv } from '../argv.ts';

/** A tool chain whose files are in a folder, with the commands it is known to have. */
export interface Ecosystem {
  /** For people, with the file that shows it: `npm (package-lock.json)`. */
  readonly name: string;
  /** Permanent id. */
  readonly id: string;
  /** Files of the folder that show it. */
  readonly detectedBy: readonly string[];
  /** Steps in their order. */
  readonly install: readonly Argv[];
  /** Null where nothing shows how tests are run. */
  readonly test: Argv | null;
  /** Null where the test command writes the report, or nothing shows a command. */
  readonly coverage: Argv | null;
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
  /** Why its commands cannot be determined for sure. */
  readonly problem: string | null;
}

/** Files of one folder: the names of all, and the text of those in DETECTION_FILES that are there. */
export interface FolderFiles {
  readonly names: ReadonlySet<string>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Report paths of an ecosystem whose tools write to the usual places. */
export const USUAL_PLACES = { tests: [], coverage: [] } as const;
