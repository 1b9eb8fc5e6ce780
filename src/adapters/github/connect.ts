import { ENV } from '../../core/names.ts';
import type { ConnectGitHub } from '../../core/ports/github.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import { createGitHubBoard } from './board.ts';
import { createGitHubBranches } from './branches.ts';
import { createGitHubClient } from './client.ts';
import { createGitHubComments } from './comments.ts';
import { createGitHubPullRequests } from './pull-requests.ts';

export interface GitHubAddresses {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Git and web pages. */
  readonly serverUrl: string;
}

/** Returns the addresses of github.com, or those that the variables of GitHub Actions name (Enterprise Server). */
export function githubAddresses(env: Readonly<Record<string, string | undefined>>): GitHubAddresses {
  const address = (name: string, otherwise: string) => (env[name] || otherwise).replace(/\/+$/, '');
  const apiUrl = address(ENV.githubApiUrl, 'https://api.github.com');
  const derived = apiUrl.endsWith('/api/v3') ? apiUrl.replace(/\/v3$/, '/graphql') : `${apiUrl}/graphql`;
  return {
    apiUrl,
    graphqlUrl: address(ENV.githubGraphqlUrl, derived),
    serverUrl: address(ENV.githubServerUrl, 'https://github.com'),
  };
}

/** Returns what makes the GitHub adapters of one project configuration. The token is read anew for each request. */
export function createConnectGitHub(request: {
  addresses: GitHubAddresses;
  token: () => Promise<string>;
  log?: Logger;
}): ConnectGitHub {
  const { addresses, token, log } = request;
  return (config) => {
    const client = createGitHubClient({
      ...addresses,
      token,
      userAgent: 'kiro-codebuild-worker',
      ...(log ? { log } : {}),
    });
    const { owner, projectNumber, statusField, branchField, priorityField, repository, labels } = config;
    return {
      board: createGitHubBoard({ client, owner, projectNumber, statusField, branchField, priorityField }),
      branches: createGitHubBranches({ client, repository }),
      pullRequests: createGitHubPullRequests({ client, repository, labels }),
      comments: createGitHubComments({ client, repository }),
    };
  };
}
