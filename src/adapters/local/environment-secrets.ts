import { ENV } from '../../core/names.ts';
import type { Secrets } from '../../core/ports/settings.ts';
import { parseAgentKey, parseGitHubToken, parseKiroApiKey } from '../../core/secrets/formats.ts';

/** Secrets of local mode, read from the environment when they are used. Git uses the GitHub token. */
export function createEnvironmentSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  const githubToken = async () => parseGitHubToken(env[ENV.githubToken], `the environment variable ${ENV.githubToken}`);
  return {
    githubToken,
    gitCredentials: async () => ({ username: 'x-access-token', password: await githubToken() }),
    agentKey: async () => parseAgentKey(env[ENV.agentKey], `the environment variable ${ENV.agentKey}`),
    kiroApiKey: async () => parseKiroApiKey(env[ENV.kiroApiKey], `the environment variable ${ENV.kiroApiKey}`),
  };
}
