import type { Manifest } from '../../deploy/manifest.ts';

/** What was deployed to an environment, in its artifacts bucket: what a roll-back needs. Every method throws SETUP_INCOMPLETE and
 *  RELEASE_STORE_FAILED as the store of releases does. */
export interface DeploymentRecords {
  /** Names of all manifests, newest first. */
  list(): Promise<string[]>;
  /** Throws RELEASE_INVALID where none of this name can be read. */
  read(id: string): Promise<Manifest>;
  /** Stores templates by their hashes, then the manifest that names them; returns its name. */
  write(manifest: Manifest, templates: ReadonlyMap<string, string>): Promise<string>;
  /** Returns a template by its hash. */
  readTemplate(hash: string): Promise<string>;
}
