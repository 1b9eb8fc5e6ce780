import type { FileTree, WantedText } from '../repository/file-tree.ts';

/** Content of a report file, at most 50 MB; `path` is for people and for distinguishing parts of a repository. Bytes, since
 *  its readers go through it piece by piece: as one text it would fill the heap. */
export interface ReportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What lies in the workspace, for steps that must not follow links out of it or read old reports as new ones. */
export interface WorkspaceFiles {
  /** Paths of the regular files below a folder, shallow ones first, and the text of those that are wanted, as far as it is
   *  worth while; null when there is no such folder, or a link stands on the way. */
  look(folder: string, wanted: (path: string) => WantedText): Promise<FileTree | null>;
  /** Returns the workspace's absolute path without links, as tools write it. */
  realRoot(): Promise<string>;
  /** Returns what tells whether a regular file lies at a path below a folder; what is reached through a link does not. */
  fileIn(folder: string): (path: string) => boolean;
  /** Removes the files that match now, so that what is collected later was written since. Paths and globs are relative to
   *  the folder. What a pattern that begins with a wildcard folder finds is left where it is: it may belong to the
   *  repository. */
  watch(request: { folder: string; patterns: readonly string[] }): Promise<ReportWatch>;
}

export interface ReportWatch {
  /** Paths that were there before, relative to the folder. */
  readonly removed: readonly string[];
  /** Files that match and were written since, older ones left out where such a pattern found them; one sentence for each that matches but cannot be used. */
  collect(patterns: readonly string[]): Promise<{ files: ReportFile[]; problems: string[] }>;
}
