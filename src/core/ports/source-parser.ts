import type { SourceModel } from '../gates/integrity/model.ts';

export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Reads the syntax of source files, which may be hostile: within limits of size and time. */
export interface SourceParser {
  /** Returns what each file contains, in their order. A file that cannot be read whole has a `problem`. */
  read(files: readonly SourceText[]): Promise<SourceModel[]>;
  close(): Promise<void>;
}
