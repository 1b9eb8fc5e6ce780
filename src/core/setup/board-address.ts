import { WorkerError } from '../errors.ts';

export interface BoardAddress {
  readonly owner: { readonly kind: 'organization' | 'user'; readonly login: string };
  readonly projectNumber: number;
}

const PATH = /^\/(orgs|users)\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/projects\/([1-9]\d{0,8})(?:\/|$)/;

/** Returns what the web address of a board says: `https://github.com/orgs/acme/projects/7`, also of one of its views. Throws
 *  ARGUMENT_INVALID for any other text, and for a board of another server than `serverUrl`. */
export function parseBoardAddress(text: string, serverUrl: string): BoardAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const [, kind, login = '', number] = PATH.exec(url?.pathname ?? '') ?? [];
  if (url === null || kind === undefined)
    throw new WorkerError({
      code: 'ARGUMENT_INVALID',
      what: `${JSON.stringify(text)} is not the address of a board.`,
      remedy: `Open the board in a browser and copy its address: ${serverUrl}/orgs/ORGANISATION/projects/NUMBER or /users/USER/projects/NUMBER.`,
    });
  if (url.host !== new URL(serverUrl).host)
    throw new WorkerError({
      code: 'ARGUMENT_INVALID',
      what: `The board is on ${url.host}, but requests go to ${new URL(serverUrl).host}.`,
      remedy:
        'Set GITHUB_SERVER_URL, GITHUB_API_URL and GITHUB_GRAPHQL_URL to your server, or give a board of that one.',
    });
  return {
    owner: { kind: kind === 'orgs' ? 'organization' : 'user', login },
    projectNumber: Number(number),
  };
}
