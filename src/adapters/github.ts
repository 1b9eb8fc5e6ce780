import type { ProjectConfig } from '../core/config.ts';
import type { GitHub } from '../core/ports.ts';
import { createGitHubBoard } from './github-board.ts';
import { createGitHubBranches } from './github-branches.ts';
import type { GitHubClient } from './github-client.ts';
import { createGitHubComments } from './github-comments.ts';
import { createGitHubPullRequests } from './github-pull-requests.ts';

/** Makes everything on GitHub that belongs to one project configuration, on one client. */
export function createGitHub({ client, config }: { client: GitHubClient; config: ProjectConfig }): GitHub {
  const { repository, labels } = config;
  return {
    board: createGitHubBoard({ client, ...config }),
    branches: createGitHubBranches({ client, repository }),
    pullRequests: createGitHubPullRequests({ client, repository, labels }),
    comments: createGitHubComments({ client, repository }),
  };
}
