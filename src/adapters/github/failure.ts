import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import { LINKS } from '../../core/names.ts';
import type { GraphQlError, HttpFailure } from './answer.ts';
import { GraphQlBody, GraphQlFailure, httpFailureOf, isRateLimited } from './answer.ts';

const RIGHTS =
  'organisation: Projects read and write; repository: Contents, Pull requests and Issues read and write, Metadata read';

/** Returns the product's error for anything that a request to GitHub threw. `operation` says what was being done. */
export function githubFailure(thrown: unknown, operation: string): WorkerError {
  if (isWorkerError(thrown)) return thrown;
  // A hook that fails (the token could not be had) arrives wrapped.
  if (thrown instanceof Error && isWorkerError(thrown.cause)) return thrown.cause;
  if (thrown instanceof GraphQlFailure) return graphQlFailure(thrown, operation);
  return limitReached(thrown, operation) ?? httpFailure(thrown, operation);
}

/** Returns whether a request may have had its effect although no useful answer came: network failure, time-out, 5xx. */
export function isLostAnswer(error: unknown): boolean {
  const { status } = httpFailureOf(isWorkerError(error) ? error.cause : error);
  return status !== undefined && status >= 500;
}

/** GitHub's own failure comes as HTTP 200 with words that name no cause, or with a type that says so of the whole answer;
 *  below one member of the answer it is a hole of that one. */
function isOwnFailure({ type = '', message, path = [] }: GraphQlError): boolean {
  if (OWN_WORDS.test(message) || (type === '' && path.length === 0 && UNNAMED_FAULT.test(message))) return true;
  return path.length <= 1 && /UNAVAILABLE|INTERNAL|TIMED?_?OUT/.test(type);
}

const OWN_WORDS = /Something went wrong while executing your query|couldn't respond to your request in time/;
const UNNAMED_FAULT = /^(?:internal|server) (?:server )?error\b/i;

/** Returns the body of an answer. Throws, as octokit would, one that was led elsewhere and not followed, one of status 200
 *  in which GitHub says that GitHub failed, and one that is no JSON: what was cut short on its way, or is of somebody else. */
export function usefulBody({ status, headers, data }: { status: number; headers: object; data: unknown }): unknown {
  const fail = (failed: { status: number; said: string }) =>
    Object.assign(new Error(failed.said), { status: failed.status, response: { headers, data } });
  if (status >= 300 && status < 400) throw fail({ status, said: 'The address has moved.' });
  if (typeof data === 'string') throw fail({ status: 500, said: 'The answer is empty, cut short, or no JSON.' });
  const own = GraphQlBody.safeParse(data).data?.errors?.find(isOwnFailure);
  if (own !== undefined) throw fail({ status: 500, said: own.message });
  return data;
}

/** The HTTP status of a failure, undefined when GitHub did not answer or answered in GraphQL. */
export function statusOf(error: unknown): number | undefined {
  const { status, response } = httpFailureOf(isWorkerError(error) ? error.cause : error);
  return response === undefined ? undefined : status;
}

/** The `errors` of a GraphQL failure, empty for any other. */
export function graphQlErrorsOf(error: unknown): readonly GraphQlError[] {
  const at = isWorkerError(error) ? error.cause : error;
  return at instanceof GraphQlFailure ? at.checked : [];
}

function graphQlFailure(failure: GraphQlFailure, operation: string): WorkerError {
  const problems = failure.checked
    .slice(0, 5)
    .map(
      ({ type, path, message }) =>
        `${type ?? 'ERROR'}${path ? ` at ${path.join('.')}` : ''}: ${message.slice(0, 2000)}`,
    );
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `GitHub answered with errors (${operation}):`,
    problems,
    remedy: remedyFor(failure),
    cause: failure,
  });
}

const SINGLE_SIGN_ON = 'Authorise the token for the single sign-on of the organisation.';

function remedyFor(failure: GraphQlFailure): string {
  const types = new Set(failure.checked.map(({ type }) => type));
  if (types.has('INSUFFICIENT_SCOPES')) return 'Give the classic token the scopes "repo" and "project".';
  if (failure.checked.some(({ extensions }) => extensions?.saml_failure)) return SINGLE_SIGN_ON;
  if (types.has('FORBIDDEN')) return `Give the token these rights: ${RIGHTS}.`;
  if (types.has('NOT_FOUND')) return CHECK_NAMES;
  return 'Nothing if it passes by itself; report it with this message when it comes again.';
}

const CHECK_NAMES = `Check the names in the project configuration, and that the token may see them (${RIGHTS}).`;

/** The failure of a request that one of GitHub's limits stopped, null for any other. */
function limitReached(thrown: unknown, operation: string): WorkerError | null {
  const limit = limitOf(thrown);
  if (limit === null) return null;
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `GitHub's ${limit.name} is used up (${operation}).`,
    remedy: limit.remedy,
    isPassing: true,
    cause: thrown,
  });
}

function limitOf(thrown: unknown): { name: string; remedy: string } | null {
  const { response, status } = httpFailureOf(thrown);
  const headers = response?.headers ?? {};
  const exhausted = (status === 403 || status === 429) && headers['x-ratelimit-remaining'] === '0';
  const isBudget = exhausted || isRateLimited(response?.data);
  if (/\bsecondary rate\b/i.test(errorMessage(thrown)) || (status === 429 && !isBudget)) {
    const after = Number(headers['retry-after']);
    const wait = after > 0 ? `${after} seconds` : 'a minute or more';
    return {
      name: 'secondary rate limit',
      remedy: `Wait ${wait}; let fewer programs use this account at the same time.`,
    };
  }
  if (!isBudget) return null;
  const reset = Number(headers['x-ratelimit-reset']);
  const when =
    reset > 0 ? `It is full again at ${new Date(reset * 1000).toISOString()}.` : 'It is full again within an hour.';
  return {
    name: 'hourly budget of this account',
    remedy: `${when} Poll less often, or use a token of another account.`,
  };
}

function httpFailure(thrown: unknown, operation: string): WorkerError {
  const failure = httpFailureOf(thrown);
  const page = pageOf(failure);
  const said = page ?? errorMessage(thrown).slice(0, 4000);
  if (failure.status === 401) {
    return new WorkerError({
      code: 'SECRET_INVALID',
      what: `GitHub refused the token (401, ${operation}).`,
      why: said,
      remedy: 'Put a valid token into the GitHub token secret (one machine: GITHUB_TOKEN); it may have expired.',
      cause: thrown,
    });
  }
  if (isLostAnswer(thrown)) {
    return new WorkerError({
      code: 'GITHUB_FAILED',
      what: `GitHub did not answer usefully (${failure.response ? failure.status : 'no answer'}, ${operation}).`,
      why: isTimeout(thrown) ? 'GitHub did not answer in time.' : said,
      remedy: remedyForOutage(said, { isConnected: failure.response !== undefined }),
      isPassing: true,
      cause: thrown,
    });
  }
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: `GitHub refused a request (${failure.status ?? 'no status'}, ${operation}).`,
    why: said,
    remedy: page === null ? remedyForStatus(failure) : NOT_THE_API,
    cause: thrown,
  });
}

const NOT_THE_API =
  "GitHub's API answers with no pages: check GITHUB_API_URL and GITHUB_GRAPHQL_URL, and what stands between here and GitHub.";

/** What a page says instead of an answer: its title, since its markup is for browsers. Null when the body is no page. */
export function pageOf({ response }: HttpFailure): string | null {
  const body = typeof response?.data === 'string' ? response.data : '';
  if (!/^\s*<(?:!doctype\b|html\b)/i.test(body)) return null;
  const title = /<title[^>]*>([^<]*)/i.exec(body.slice(0, 10_000))?.[1]?.trim().slice(0, 200) ?? '';
  return title === '' ? 'A page came instead of an answer.' : `A page came instead of an answer: "${title}".`;
}

function remedyForOutage(said: string, { isConnected }: { isConnected: boolean }): string {
  if (/certificate/i.test(said))
    return 'Name the certificates of the authorities that this machine trusts in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.';
  const way = isConnected ? '' : 'Check network, HTTPS_PROXY and GITHUB_API_URL of this machine. ';
  return `${way}Try again later; ${LINKS.githubStatus} lists outages.`;
}

function remedyForStatus({ status, response }: HttpFailure): string {
  if (response?.headers['x-github-sso'] !== undefined) return SINGLE_SIGN_ON;
  if (status === 403) return `Give the token these rights: ${RIGHTS}.`;
  if (status === 404) return CHECK_NAMES;
  if (status !== undefined && status >= 300 && status < 400) {
    const target = response?.headers.location;
    return `It was renamed or moved${typeof target === 'string' ? ` to ${target}` : ''}: put the new name into the project configuration.`;
  }
  return 'Correct what GitHub names.';
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.name === 'TimeoutError';
}
