export interface Secrets {
  /** The GitHub token; throws SETUP_INCOMPLETE when empty, SECRET_INVALID when it cannot be one. */
  githubToken(): Promise<string>;
  /** Basic credentials for git over HTTPS. */
  gitCredentials(): Promise<{ username: string; password: string }>;
  kiroApiKey(): Promise<string>;
}

/** Raw text of the project configuration, null when nothing is there; parsed by core/config.ts. */
export type ReadProjectConfig = () => Promise<{ text: string; source: string } | null>;

/** Content hash of the release to run, null when none was published. */
export type ReadRelease = () => Promise<string | null>;
