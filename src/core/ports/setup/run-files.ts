/** Files that builds have stored. */
export interface RunFiles {
  /** Returns a file's text, null when there is none. Throws AWS_REQUEST_FAILED. */
  read(key: string): Promise<string | null>;
}
