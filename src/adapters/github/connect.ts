import { destinationColumns } from '../../core/board-columns.ts';
import type { ConnectGitHub } from '../../core/ports/github.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import type { GitHubAddresses } from './addresses.ts';
import { createGitHubBoard } from './board.ts';
import { createGitHubBranches } from './branches.ts';
import { createGitHubClient } from './client.ts';
import { createGitHubComments } from './comments.ts';
import { createGitHubPullRequests } from './pull-requests.ts';
import { createGitHubRights } from './rights.ts';

/** Returns what makes the GitHub adapters of one project configuration. The token is read anew for each request; proxies and
 *  certificate authorities are those of the environment. `retrySeconds`: how long requests wait out an outage. */
export function createConnectGitHub(request: {
  addresses: GitHubAddresses;
  token: () => Promise<string>;
  log?: Logger;
  retrySeconds?: number;
}): ConnectGitHub {
  const { addresses, token, log, retrySeconds } = request;
  return (config) => {
    const client = createGitHubClient({
      ...addresses,
      token,
      userAgent: 'kiro-codebuild-worker',
      ...(log ? { log } : {}),
      ...(retrySeconds === undefined ? {} : { retrySeconds }),
    });
    const { owner, projectNumber, statusField, branchField, priorityField, repository, labels } = config;
    return {
      board: createGitHubBoard({
        client,
        owner,
        projectNumber,
        statusField,
        branchField,
        priorityField,
        destinations: destinationColumns(config),
      }),
      branches: createGitHubBranches({ client, repository }),
      pullRequests: createGitHubPullRequests({ client, repository, labels }),
      comments: createGitHubComments({ client, repository }),
      rights: createGitHubRights({ client, repository }),
    };
  };
}
