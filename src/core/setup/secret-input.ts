import { type AgentConfig, keySettingOf } from '../agent/settings.ts';
import { WorkerError } from '../errors.ts';
import { parseAgentKey, parseGitCredentials, parseGitHubToken, parseKiroApiKey } from '../secrets/formats.ts';

/** The secrets that people fill in, as `configure` names them. */
export const SECRET_SETTINGS = ['github-token', 'git-credentials', 'kiro-api-key', 'agent-key'] as const;
export type SecretSetting = (typeof SECRET_SETTINGS)[number];

/** Returns the secrets that an agent needs beside those of GitHub; of the configuration that is not there yet: Kiro's. */
export function neededSecrets(agent: Pick<AgentConfig, 'kind' | 'keyVariable'> | null): SecretSetting[] {
  const key = agent === null ? 'kiro-api-key' : keySettingOf(agent);
  return ['github-token', 'git-credentials', ...(key === null ? [] : [key])];
}

/** User name that GitHub takes beside a token: docs.github.com, "Authenticating as a GitHub App installation". */
const TOKEN_USER = 'x-access-token';

export interface SecretInput {
  /** What is stored. */
  readonly value: string;
  /** What it allows on the git server and GitHub; null for another service's. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
}

/** Returns what somebody entered for a secret, in the form in which it is stored; git credentials may be a bare token. `source` says where it
 *  came from. Throws SECRET_INVALID for anything that cannot be one, also when it is empty; no message repeats it. */
export function parseSecretInput(
  setting: SecretSetting,
  { text, source }: { text: string; source: string },
): SecretInput {
  if (text.trim() === '')
    throw new WorkerError({
      code: 'SECRET_INVALID',
      what: `Nothing was entered (${source}): ${setting} stays as it is.`,
      remedy: 'Type the command again, and paste the value.',
    });
  switch (setting) {
    case 'github-token': {
      const value = parseGitHubToken(text, source);
      return { value, credentials: { username: TOKEN_USER, password: value } };
    }
    case 'git-credentials': {
      const credentials = text.trim().startsWith('{')
        ? parseGitCredentials(text, source)
        : { username: TOKEN_USER, password: parseGitHubToken(text, source) };
      return { value: JSON.stringify(credentials), credentials };
    }
    case 'kiro-api-key':
      return { value: parseKiroApiKey(text, source), credentials: null };
    case 'agent-key':
      return { value: parseAgentKey(text, source), credentials: null };
  }
}

/** Returns what kind a GitHub token is by its beginning: docs.github.com, "About authentication to GitHub", token formats. */
export function tokenKind(token: string): 'fine-grained' | 'classic' | 'app' | 'unknown' {
  if (token.startsWith('github_pat_')) return 'fine-grained';
  if (token.startsWith('ghs_') || token.startsWith('ghu_')) return 'app';
  return /^gh[po]_/.test(token) || /^[0-9a-f]{40}$/.test(token) ? 'classic' : 'unknown';
}
