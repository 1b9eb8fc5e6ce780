import type { Pause } from '../pause.ts';

export interface Secrets {
  /** The GitHub token. This and the others throw SETUP_INCOMPLETE when empty, SECRET_INVALID when the value cannot be one
   *  (the value is not repeated), SECRET_MISSING when it may not be read. */
  githubToken(): Promise<string>;
  /** Basic credentials for git over HTTPS. */
  gitCredentials(): Promise<{ username: string; password: string }>;
  kiroApiKey(): Promise<string>;
  /** The key of an agent other than Kiro. */
  agentKey(): Promise<string>;
}

/** Raw text of the project configuration, null when nothing is there; parsed by core/config.ts. Throws CONFIG_INVALID when
 *  it cannot be read. */
export type ReadProjectConfig = () => Promise<{ text: string; source: string } | null>;

/** Content hash of the release to run, null when none was published. Throws RELEASE_INVALID for another text, and
 *  SETUP_INCOMPLETE when that release was published to another bucket than this environment's. */
export type ReadRelease = () => Promise<string | null>;

/** The pause that holds now, null when none does. Throws CONFIG_INVALID when that cannot be read. */
export type ReadPause = () => Promise<Pause | null>;
