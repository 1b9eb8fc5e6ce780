import type { LockTool } from './lock-tools.ts';

/** A package as a registry has it; its client fetches it, and any other content than that of the hash is refused. */
export interface Source {
  readonly client: 'npm' | 'pip' | 'go' | 'maven';
  /** As its client writes it; of Maven `group:artifact`. */
  readonly name: string;
  readonly version: string;
  /** Type and classifier, of Maven alone. */
  readonly file?: 'zip:source-release' | 'jar:sources' | 'jar:test-sources';
  /** Of the file that the client fetches. */
  readonly sha256: string;
}

/** A part of a package in an assembled project. */
export interface Piece {
  readonly source: Source;
  /** Path in the package, to path in the project; `.` is the whole. */
  readonly paths: Readonly<Record<string, string>>;
}

/** Real sources and tests in a skeleton of ours. */
export interface Assembled {
  readonly pieces: readonly Piece[];
  /** Files and folders of the pieces that are left out. */
  readonly without?: readonly string[];
  /** Skeleton around the pieces. */
  readonly files: Readonly<Record<string, string>>;
  /** Makes the lock file; null: the manager has none. */
  readonly lock: { readonly tool: LockTool; readonly args: readonly string[] } | null;
}

/** What the agent does for a task: text that is put at the end of a file, which it makes when there is none. */
export type Edit = Readonly<Record<string, string>>;

/** The two tasks of the spec in their order. */
export type Edits = readonly [Edit, Edit];

/** What a program of the machine is needed for beside Node, npm, git and Python. */
export type MachineTool = 'python3' | 'go' | 'mvn' | 'gradle';

/** A project of the matrix. */
export interface Row {
  /** Permanent. */
  readonly id: string;
  /** Kind of project, for people. */
  readonly kind: string;
  readonly tools: readonly MachineTool[];
  readonly project: { readonly upstream: Source } | Assembled;
  readonly edits: Edits;
  /** Line coverage in percent that the operator asks for, where the project never reached the usual 80. */
  readonly thresholdPct?: number;
  /** Stands above each file of the spec, where the project's own build looks for it in all files. */
  readonly specHead?: string;
}
