import { githubAddresses } from '../../../src/adapters/github/addresses.ts';
import { createConnectGitHub } from '../../../src/adapters/github/connect.ts';
import { createAskPush } from '../../../src/adapters/github/setup/ask-push.ts';
import { createGitHubSetup } from '../../../src/adapters/github/setup/github-setup.ts';
import type { ProjectConfig } from '../../../src/core/config.ts';
import type { AskPush, GitHubSetup } from '../../../src/core/ports/setup/github-setup.ts';
import type { Check } from '../../../src/core/setup/check.ts';
import { type Credentials, checkGitHub, checkPush } from '../../../src/flows/operate/setup/check-github.ts';

/** GitHub as one token sees it. */
export interface GitHubPlace {
  readonly setup: GitHubSetup;
  readonly askPush: AskPush;
  /** All that the token may do for a configuration, and git with `credentials` (without them: with the token). */
  check(config: ProjectConfig, credentials?: Credentials): Promise<Check[]>;
}

/** Opens GitHub with a token. Throws CONFIG_INVALID for addresses in the environment that are none. */
export function openGitHub(token: string): GitHubPlace {
  const addresses = githubAddresses(process.env);
  const setup = createGitHubSetup({ addresses, token });
  const askPush = createAskPush(addresses);
  // Somebody waits at a terminal: an outage is told, not sat out.
  const connect = createConnectGitHub({ addresses, token: async () => token, retrySeconds: 6 });
  return {
    setup,
    askPush,
    async check(config, credentials = { username: 'x-access-token', password: token }) {
      const { repository } = config;
      const found = await checkGitHub({ config, github: connect(config), setup, token });
      return [...found, await checkPush({ askPush, repository, credentials })];
    },
  };
}
