export interface ArtifactStore {
  /** Stores one file of a run, under `{environment}/{build id}/`; returns where it is, for people. Throws
   *  ARTIFACT_NOT_STORED. */
  put(path: string, content: string | Uint8Array): Promise<string>;
  /** Where the run's files are, for people (URL or folder). */
  readonly location: string;
}
