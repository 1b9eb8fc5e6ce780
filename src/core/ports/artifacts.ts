export interface ArtifactStore {
  /** Stores one file of a run, under `{environment}/{build id}/`; returns where it lies, for people. */
  put(path: string, content: string | Uint8Array): Promise<string>;
  /** Where the run's files lie, for people (URL or folder). */
  readonly location: string;
}
