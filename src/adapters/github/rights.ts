import * as z from 'zod';
import { errorMessage } from '../../core/errors.ts';
import type { Rights } from '../../core/ports/github.ts';
import type { GitHubClient } from './client.ts';
import { statusOf } from './failure.ts';

interface Target {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
}

/** Makes what asks for a token's own rights. GitHub lists those of the person behind it only, so each write is asked for
 *  without what it would write: 422 says that the token may, 403 that it may not. */
export function createGitHubRights(target: Target): Rights {
  return {
    async missing(subjectNumber) {
      const [owner = '', repo = ''] = target.repository.split('/');
      const missing: string[] = [];
      const place = { owner, repo };
      if (await isRefused(target.client, { route: 'POST /repos/{owner}/{repo}/pulls', parameters: place })) {
        missing.push(`The token may not open pull requests in ${target.repository} (Pull requests: read and write).`);
      }
      const comment = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      if (await isRefused(target.client, { route: comment, parameters: { ...place, issue_number: subjectNumber } })) {
        missing.push(`The token may not comment in ${target.repository} (Issues: read and write).`);
      }
      return missing;
    },
  };
}

/** Any answer but the refusal of the token itself proves nothing against it: a locked conversation is 403 as well. */
async function isRefused(
  client: GitHubClient,
  request: { route: string; parameters: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  try {
    await client.rest({ ...request, answer: z.unknown(), repeatable: false });
    return false;
  } catch (error) {
    const status = statusOf(error);
    if (status === 422) return false;
    if (status === 403 && /\bnot accessible by\b/i.test(errorMessage(error))) return true;
    client.log.warn('a right of the token could not be asked for', {
      route: request.route,
      error: errorMessage(error),
    });
    return false;
  }
}
