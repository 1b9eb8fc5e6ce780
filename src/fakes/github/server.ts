import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { listenOnLoopback } from '../loopback-server.ts';
import { createApi } from './api.ts';
import { Faults } from './faults.ts';
import { createGitBackend } from './git/http-backend.ts';
import { createGitReaders } from './git/readers.ts';
import { createViewContext } from './graphql/queries.ts';
import type { Repository } from './model.ts';
import { commitToBranch, createRepository, type HumanCommit, type RepositorySource } from './repositories.ts';
import type { RecordedRequest } from './requests.ts';
import type { Rules } from './rules.ts';
import { GitHubState } from './state.ts';

const VIEWER = 'kiro-worker-bot';

export interface LocalGitHubOptions {
  /** Accepted tokens; all belong to one account. */
  readonly tokens: readonly string[];
  /** Folder that holds the bare repositories. */
  readonly root: string;
  /** Login of that account. */
  readonly viewer?: string;
  readonly now?: () => number;
  /** Certificate and key: API, pages and git are served over https. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface LocalGitHub {
  /** `http://127.0.0.1:port` (https with a certificate): start page, web pages and git. */
  readonly url: string;
  /** REST base, as on GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
  /** Tokens accepted now; take one out to revoke it. */
  readonly tokens: Set<string>;
  readonly state: GitHubState;
  readonly faults: Faults;
  /** What holds for every request until it is changed. */
  readonly rules: Rules;
  readonly requests: RecordedRequest[];
  createRepository(source: RepositorySource): Promise<Repository>;
  /** Commits to a branch as a person does, and returns the new head. */
  moveBranch(repository: Repository, commit: HumanCommit): Promise<string>;
  close(): Promise<void>;
}

/** Starts a stand-in for GitHub on a free port of 127.0.0.1: GraphQL, REST, git over HTTP and a start page. */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const { root, now = Date.now, viewer = VIEWER } = options;
  const state = new GitHubState({ viewer, now });
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const tokens = new Set(options.tokens);
  const readers = createGitReaders({ lag: () => state.lag.heads });
  const backend = createGitBackend();
  const closing = new AbortController();

  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.destroy();
  const listener = (request: IncomingMessage, response: ServerResponse) => handle(request, response);
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const { url, close } = await listenOnLoopback(server);
  const context = createViewContext({ state, readers, serverUrl: url });
  handle = createApi({ context, faults, requests, tokens, backend, signal: closing.signal });

  return {
    url,
    apiUrl: `${url}/api/v3`,
    graphqlUrl: `${url}/api/graphql`,
    serverUrl: url,
    tokens,
    state,
    faults,
    rules: state.rules,
    requests,
    createRepository: (source) => createRepository({ state, root }, source),
    moveBranch: (repository, commit) => commitToBranch(repository, { ...commit, atMs: now() }),
    async close() {
      closing.abort();
      const closed = close();
      backend.close();
      await readers.close();
      await closed;
    },
  };
}

/** Address from which git clones a repository of this server. */
export function cloneUrl(github: Pick<LocalGitHub, 'url'>, fullName: string): string {
  return `${github.url}/${fullName}.git`;
}
