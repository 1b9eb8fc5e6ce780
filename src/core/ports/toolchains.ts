import type { ToolName } from '../repository/tool-need.ts';

/** A tool chain that untrusted programs can start, in one version. */
export interface Toolchain {
  readonly tool: ToolName;
  /** As it says itself, such as `3.12.4`. */
  readonly version: string;
  /** Path of its program. */
  readonly program: string;
  /** Whether it is what commands find when nobody chooses. */
  readonly isDefault: boolean;
  /** Folder that is to come first on the PATH of commands; null where nothing has to change. */
  readonly folder: string | null;
  /** Further variables of commands that are to run with it. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A tool chain that is there, but does not start for untrusted programs. */
export interface ClosedToolchain {
  readonly program: string;
  /** What it said, for people. */
  readonly obstacle: string;
}

export interface FoundToolchains {
  /** The default first, where there is one. */
  readonly usable: readonly Toolchain[];
  readonly closed: readonly ClosedToolchain[];
}

/** The tool chains of the machine. */
export interface Toolchains {
  /** Returns each version of a tool that is there, started as untrusted programs start it, outside of the branch. */
  list(request: { readonly tool: ToolName }): Promise<FoundToolchains>;
}
