import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readText } from '../loopback-server.ts';
import type { FaultSubject } from './faults.ts';
import { operationNameOf } from './graphql/execute.ts';
import { isJsonObject, type JsonObject, textIn } from './json-object.ts';

/** One request that the server saw, for assertions and counts; no header and so no credential is kept. */
export interface RecordedRequest {
  readonly kind: FaultSubject['kind'];
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** GraphQL operation name. */
  readonly operation: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
  /** Parsed JSON body of a REST call. */
  readonly body: unknown;
  /** HTTP status; 0 when the connection was ended before an answer, or while it is under way. */
  status: number;
}

export interface Incoming extends FaultSubject {
  readonly url: URL;
  /** Path below the API's base for REST. */
  readonly restPath: string;
  readonly git: { fullName: string; subPath: string } | null;
  /** Parsed JSON; empty for pages and git. */
  readonly body: JsonObject;
}

const GRAPHQL_PATHS = new Set(['/api/graphql', '/graphql']);
const REST_ROOTS = /^\/(repos|rate_limit|user)(\/|$)/;
const GIT_PATH =
  /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/info\/refs|\/git-upload-pack|\/git-receive-pack|\/info\/lfs\/objects\/(?:batch|[0-9a-f]{64}))$/;

/** Determines what kind of request it is, and reads the body unless it is git's. Throws SyntaxError for bad JSON. */
export async function readIncoming(message: IncomingMessage, serverUrl: string): Promise<Incoming> {
  const url = new URL(message.url ?? '/', serverUrl);
  const method = message.method ?? 'GET';
  const { pathname, search } = url;
  const shared = {
    url,
    method,
    path: `${pathname}${search}`,
    operation: null,
    gitService: null,
    git: null,
    body: {},
  };
  const restPath = pathname.startsWith('/api/v3') ? pathname.slice('/api/v3'.length) || '/' : pathname;
  const gitMatch = GIT_PATH.exec(pathname);
  if (gitMatch) {
    const [, owner, name, subPath = ''] = gitMatch;
    const gitService = url.searchParams.get('service') ?? subPath.slice(1);
    return { ...shared, kind: 'git', restPath, gitService, git: { fullName: `${owner}/${name}`, subPath } };
  }
  if (GRAPHQL_PATHS.has(pathname) && method === 'POST') {
    const body = parseObject(await readText(message));
    const operation = operationNameOf(textIn(body, 'query') ?? '', textIn(body, 'operationName') ?? null);
    return { ...shared, kind: 'graphql', restPath, operation, body };
  }
  if (restPath !== pathname || REST_ROOTS.test(pathname)) {
    const text = await readText(message);
    return { ...shared, kind: 'rest', restPath, body: text === '' ? {} : parseObject(text) };
  }
  return { ...shared, kind: 'page', restPath };
}

/** Starts the record of a request. */
export function recordOf({ kind, method, path, operation, body }: Incoming): RecordedRequest {
  const variables = kind === 'graphql' ? variablesOf(body) : null;
  return { kind, method, path, operation, variables, body: kind === 'rest' ? body : null, status: 0 };
}

/** Variables of a GraphQL body. */
export function variablesOf({ variables }: JsonObject): Record<string, unknown> {
  return isJsonObject(variables) ? variables : {};
}

/** The token of an Authorization header: bearer or token for the API, Basic (any user name) for git. */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

/** Whether a token is among the accepted ones, in constant time for each. */
export function isAccepted(token: string | null, accepted: Iterable<string>): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return token !== null && [...accepted].some((other) => timingSafeEqual(digest(token), digest(other)));
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  throw new SyntaxError('Body should be a JSON object');
}
