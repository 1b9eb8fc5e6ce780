import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createApi } from '../../../../src/fakes/github/api.ts';
import { Faults as GitHubFaults } from '../../../../src/fakes/github/faults.ts';
import type { GitBackend } from '../../../../src/fakes/github/git/http-backend.ts';
import { createViewContext } from '../../../../src/fakes/github/graphql/queries.ts';
import { GitHubState } from '../../../../src/fakes/github/state.ts';
import type { Surface } from '../faults.ts';
import type { DrillProcess } from '../process.ts';
import { createMemoryReaders, type MemoryGit } from './git.ts';

const SERVER_URL = 'http://localhost';

export interface MemoryGitHub {
  readonly state: GitHubState;
  readonly tokens: Set<string>;
  /** A fetch that asks this server in the name of a process, with the process's faults. */
  fetchFor(process: DrillProcess): typeof fetch;
}

/** The local GitHub without a socket, over repositories in memory. */
export function createMemoryGitHub({
  git,
  tokens,
  now,
}: {
  git: MemoryGit;
  tokens: Set<string>;
  now: () => number;
}): MemoryGitHub {
  const state = new GitHubState({ viewer: 'kiro-worker-bot', now });
  const context = createViewContext({ state, readers: createMemoryReaders(git), serverUrl: SERVER_URL });
  const closed = new AbortController().signal;
  const handle = createApi({
    context,
    faults: new GitHubFaults(),
    requests: [],
    tokens,
    backend: NO_GIT,
    signal: closed,
  });
  return {
    state,
    tokens,
    fetchFor: (process) => async (input, init) => {
      const url = new URL(String(input));
      const body = typeof init?.body === 'string' ? init.body : '';
      const method = init?.method ?? 'GET';
      const surface = surfaceOf({ method, path: url.pathname, body });
      const headers = Object.fromEntries(new Headers(init?.headers));
      const send = () => ask(handle, { method, path: `${url.pathname}${url.search}`, headers, body });
      try {
        return await process.call(surface, send, {
          signal: init?.signal ?? null,
          failure: (flavour) => new HttpFailure((nowMs) => failedAnswer(flavour, nowMs)),
          refused: () => new HttpFailure(() => refusedAnswer(surface, url.pathname)),
          notThere: async (response) => absentAnswer(surface, await response.text()),
        });
      } catch (error) {
        if (error instanceof HttpFailure) return error.answer(now());
        throw error;
      }
    },
  };
}

class HttpFailure extends Error {
  readonly answer: (nowMs: number) => Response;

  constructor(answer: (nowMs: number) => Response) {
    super('GitHub failed (a fault of the drill).');
    this.answer = answer;
  }
}

/** What GitHub, or something on the way, answers when it fails; some of it is no answer at all. */
function failedAnswer(flavour: number, nowMs: number): Response {
  switch (flavour % 6) {
    case 0:
      return new Response('<html>502 Bad Gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } });
    case 1:
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
      });
    case 2:
      return json({ message: 'Service unavailable' }, { status: 503 });
    case 3:
      return json(
        { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
        { status: 403, headers: { 'retry-after': '30' } },
      );
    case 4:
      return json({ message: 'Server Error' }, { status: 500 });
    default: {
      const reset = String(Math.floor(nowMs / 1000) + 600);
      const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
      return json({ message: 'API rate limit exceeded for user ID 1.' }, { status: 403, headers });
    }
  }
}

const REFUSALS: Partial<Record<Surface, string>> = {
  'comment write': 'Unable to create comment because issue is locked.',
};

/** A refusal that no repetition changes. */
function refusedAnswer(surface: Surface, path: string): Response {
  const message = REFUSALS[surface] ?? 'Resource not accessible by personal access token';
  if (!path.endsWith('/graphql')) return json({ message }, { status: 403 });
  return json({ data: null, errors: [{ type: 'FORBIDDEN', message }] }, { status: 200 });
}

/** Says of what a read answer shows that it is not there. */
function absentAnswer(surface: Surface, text: string): Response {
  if (surface === 'card') {
    const message = 'Could not resolve to a node with the global id.';
    return json({ data: { node: null }, errors: [{ type: 'NOT_FOUND', path: ['node'], message }] }, { status: 200 });
  }
  // Aliases of branches, and of what stands on them, end in a number.
  const isOfBranch = (name: string) => /^[bftc]\d+(_\d+)?$/.test(name);
  const body: unknown = JSON.parse(text, (name, value: unknown) => (isOfBranch(name) ? null : value));
  return json(body, { status: 200 });
}

function json(body: unknown, { status, headers = {} }: { status: number; headers?: Record<string, string> }): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** Which surface a request is for; one that the drill does not know is a mistake of the drill. */
function surfaceOf({ method, path, body }: { method: string; path: string; body: string }): Surface {
  if (path.endsWith('/graphql')) return surfaceOfGraphQl(body);
  // GitHub refuses an empty write by its content, or before that by its right.
  if (method === 'POST' && (body === '' || body === '{}')) return 'rights';
  if (path.includes('/rules')) return 'rules';
  if (path.includes('/comments')) return method === 'GET' ? 'comment' : 'comment write';
  if (path.includes('/pulls') || path.includes('/issues'))
    return method === 'GET' ? 'pull request' : 'pull request write';
  return 'branches';
}

/** By words in the operation's name; the first that fits counts. */
const OPERATIONS: readonly [RegExp, Surface][] = [
  [/^(Add|Edit)Comment/, 'comment write'],
  [/Comment/, 'comment'],
  [/^MoveCard/, 'card move'],
  [/Card|ProjectItem/, 'card'],
  [/Board|Project/, 'board'],
  [/^(MarkReady|ConvertToDraft|CreatePull|UpdatePull)/, 'pull request write'],
  [/Draft|PullRequest/, 'pull request'],
  [/Branch|Ref|Repositor|Viewer|Rules/, 'branches'],
];

function surfaceOfGraphQl(body: string): Surface {
  const name = /"operationName":"(\w+)"/.exec(body)?.[1] ?? '';
  const found = OPERATIONS.find(([pattern]) => pattern.test(name));
  if (found === undefined) throw new Error(`The drill does not know the operation ${name}.`);
  return found[1];
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function ask(handle: ReturnType<typeof createApi>, { method, path, headers, body }: Sent): Promise<Response> {
  const message = new IncomingMessage(new Socket());
  Object.assign(message, { method, url: path, headers: { ...headers, host: 'localhost' } });
  message.push(body);
  message.push(null);
  return new Promise((resolve, reject) => handle(message, new MemoryResponse(message, { resolve, reject })));
}

/** An answer that goes to a promise instead of a socket. */
class MemoryResponse extends ServerResponse {
  readonly #answer: { resolve: (response: Response) => void; reject: (error: Error) => void };

  constructor(
    message: IncomingMessage,
    answer: { resolve: (response: Response) => void; reject: (error: Error) => void },
  ) {
    super(message);
    this.#answer = answer;
  }

  override writeHead(status: number, headers?: unknown): this {
    this.statusCode = status;
    if (headers !== null && typeof headers === 'object')
      for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this;
  }

  override end(body?: unknown): this {
    const headers = Object.entries(this.getHeaders()).map(([name, value]): [string, string] => [name, String(value)]);
    const isEmpty = this.statusCode === 204 || this.statusCode === 304;
    this.#answer.resolve(new Response(isEmpty ? null : String(body ?? ''), { status: this.statusCode, headers }));
    return this;
  }

  override destroy(): this {
    this.#answer.reject(new TypeError('fetch failed'));
    return this;
  }
}

const NO_GIT: GitBackend = {
  serve: async () => {
    throw new Error('The drill keeps its git elsewhere.');
  },
  close: () => {},
};
