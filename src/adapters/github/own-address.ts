import * as z from 'zod';
import { errorMessage } from '../../core/errors.ts';
import type { Logger } from '../../core/ports/telemetry.ts';
import { createGitHubClient } from './client.ts';
import type { GitHubAddresses } from './connect.ts';
import { READ_VIEWER } from './documents.ts';

/** Returns the no-reply address of the token's own account, by which GitHub shows commits as that account's; null where the
 *  token does not say whose it is (tokens of GitHub Apps) or GitHub does not answer. */
export async function readOwnAddress(request: {
  addresses: GitHubAddresses;
  token: () => Promise<string>;
  log: Logger;
}): Promise<string | null> {
  const { addresses, token, log } = request;
  const client = createGitHubClient({ ...addresses, token, userAgent: 'kiro-codebuild-worker', log });
  try {
    const { viewer } = await client.graphql({
      document: READ_VIEWER,
      variables: {},
      answer: z.object({ viewer: z.object({ login: z.string(), databaseId: z.int() }) }),
    });
    return `${viewer.databaseId}+${viewer.login}@users.noreply.${mailHost(addresses.serverUrl)}`;
  } catch (error) {
    log.warn('the token does not say whose account it is', { error: errorMessage(error) });
    return null;
  }
}

/** Host of no-reply addresses: an Enterprise Server has its own (docs: "Setting your commit email address"). */
function mailHost(serverUrl: string): string {
  const { hostname } = new URL(serverUrl);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? 'github.com' : hostname;
}
