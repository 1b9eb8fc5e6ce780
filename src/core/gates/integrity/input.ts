import type { ChangedFile, SourceModel } from './model.ts';
import type { ChangedSnapshot } from './snapshots.ts';
import type { ChangedText } from './thresholds.ts';

/** All that the gate looks at; from git's objects, and from what the tests reported. */
export interface IntegrityInput {
  /** Source files that differ. */
  readonly files: readonly ChangedFile<SourceModel>[];
  readonly configurations: readonly ChangedText[];
  readonly snapshots: readonly ChangedSnapshot[];
  /** Paths of all files at the head. */
  readonly paths: readonly string[];
  /** Files that were too large to be read, or that no limit was left for. */
  readonly unread: readonly string[];
  /** How many tests ran (without skipped ones); null where no report says so. */
  readonly ran: { readonly before: number | null; readonly after: number | null };
}
