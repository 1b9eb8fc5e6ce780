/** Permanent names of the tools that repositories ask for. */
export type ToolName =
  | 'node'
  | 'npm'
  | 'pnpm'
  | 'yarn'
  | 'bun'
  | 'deno'
  | 'python'
  | 'uv'
  | 'poetry'
  | 'pdm'
  | 'go'
  | 'jdk'
  | 'maven'
  | 'gradle'
  | 'rust';

/** A tool that a repository needs, as one of its files says. */
export interface ToolNeed {
  readonly tool: ToolName;
  /** Version or range as it is written there; null: any. */
  readonly wanted: string | null;
  /** The file that says so, relative to the repository. */
  readonly by: string;
}
