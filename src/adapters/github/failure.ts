import { GraphqlResponseError } from '@octokit/graphql';
import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';

/** One member of `errors` in a GraphQL answer. */
export interface GraphQlError {
  readonly type?: string | undefined;
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
}

interface Answered {
  readonly status?: number;
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>>; readonly data?: unknown };
}

const RIGHTS =
  'organisation: Projects read and write; repository: Contents, Pull requests and Issues read and write, Metadata read';

/** Returns the product's error for anything that a request to GitHub threw. `operation` says what was being done. */
export function githubFailure(thrown: unknown, operation: string): WorkerError {
  if (isWorkerError(thrown)) return thrown;
  // A hook that fails (the token could not be had) arrives wrapped.
  const inner = (thrown as { cause?: unknown } | null)?.cause;
  if (isWorkerError(inner)) return inner;
  if (thrown instanceof GraphqlResponseError) return fromGraphQl(thrown, operation);
  const { status } = thrown as Answered;
  const limit = limitOf(thrown);
  const base = { code: 'GITHUB_FAILED' as const, cause: thrown };
  if (limit !== null) {
    return new WorkerError({
      ...base,
      what: `GitHub's ${limit.name} is used up (${operation}).`,
      remedy: limit.remedy,
    });
  }
  const said = errorMessage(thrown).slice(0, 500);
  if (status === 401) {
    return new WorkerError({
      code: 'SECRET_INVALID',
      what: `GitHub refused the token (401, ${operation}).`,
      why: said,
      remedy: 'Put a valid token into the GitHub token secret (one machine: GITHUB_TOKEN); it may have expired.',
      cause: thrown,
    });
  }
  if (isLostAnswer(thrown)) {
    const why = timedOut(thrown) ? 'GitHub did not answer in time.' : said;
    const what = `GitHub did not answer usefully (${hasResponse(thrown) ? status : 'no answer'}, ${operation}).`;
    return new WorkerError({
      ...base,
      what,
      why,
      remedy: 'Try again later; https://www.githubstatus.com tells of outages.',
    });
  }
  const what = `GitHub refused a request (${status ?? 'no status'}, ${operation}).`;
  return new WorkerError({ ...base, what, why: said, remedy: remedyForStatus(thrown as Answered) });
}

/** Tells whether a request may have had its effect although no useful answer came: network failure, time-out, 5xx. */
export function isLostAnswer(error: unknown): boolean {
  const { status } = (isWorkerError(error) ? error.cause : error) as Answered;
  return status !== undefined && status >= 500;
}

/** The HTTP status of a failure, undefined when GitHub did not answer or answered in GraphQL. */
export function statusOf(error: unknown): number | undefined {
  const at = isWorkerError(error) ? error.cause : error;
  return hasResponse(at) ? (at as Answered).status : undefined;
}

/** The `errors` of a GraphQL failure, empty for any other. */
export function graphQlErrorsOf(error: unknown): readonly GraphQlError[] {
  const at = isWorkerError(error) ? error.cause : error;
  return at instanceof GraphqlResponseError ? ((at.errors ?? []) as readonly GraphQlError[]) : [];
}

/** An answer whose shape is not what GitHub documents. */
export function invalidAnswer(operation: string, problems: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'GITHUB_ANSWER_INVALID',
    what: `GitHub's answer has an unexpected shape (${operation}):`,
    problems: problems.slice(0, 5),
    remedy: 'Check GITHUB_API_URL and GITHUB_GRAPHQL_URL; a proxy may answer in the place of GitHub.',
  });
}

function fromGraphQl(error: GraphqlResponseError<unknown>, operation: string): WorkerError {
  const errors = graphQlErrorsOf(error);
  const types = new Set(errors.map(({ type }) => type));
  const problems = errors
    .slice(0, 5)
    .map(
      ({ type, path, message }) => `${type ?? 'ERROR'}${path ? ` at ${path.join('.')}` : ''}: ${message.slice(0, 300)}`,
    );
  let remedy = 'Nothing if it passes by itself; report it with this message when it comes again.';
  if (types.has('NOT_FOUND'))
    remedy = `Check the names in the project configuration, and that the token may see them (${RIGHTS}).`;
  if (types.has('FORBIDDEN')) remedy = `Give the token these rights: ${RIGHTS}.`;
  if (types.has('INSUFFICIENT_SCOPES')) remedy = 'Give the classic token the scopes "repo" and "project".';
  const what = `GitHub answered with errors (${operation}):`;
  return new WorkerError({ code: 'GITHUB_FAILED', what, problems, remedy, cause: error });
}

function remedyForStatus({ status, response }: Answered): string {
  if (response?.headers?.['x-github-sso'] !== undefined)
    return 'Authorise the token for the single sign-on of the organisation.';
  if (status === 403) return `Give the token these rights: ${RIGHTS}.`;
  if (status === 404)
    return `Check the names in the project configuration, and that the token may see them (${RIGHTS}).`;
  return 'Correct what GitHub names.';
}

function limitOf(thrown: unknown): { name: string; remedy: string } | null {
  const { response, status } = thrown as Answered;
  const headers = response?.headers ?? {};
  if (/\bsecondary rate\b/i.test(errorMessage(thrown))) {
    const after = Number(headers['retry-after']);
    const wait = after > 0 ? `${after} seconds` : 'a minute or more';
    return {
      name: 'secondary rate limit',
      remedy: `Wait ${wait}; let fewer programs use this account at the same time.`,
    };
  }
  const errors = (response?.data as { errors?: readonly GraphQlError[] } | undefined)?.errors;
  const limited = Array.isArray(errors) && errors.some(({ type }) => type === 'RATE_LIMITED');
  const exhausted = (status === 403 || status === 429) && headers['x-ratelimit-remaining'] === '0';
  if (!limited && !exhausted && status !== 429) return null;
  const reset = Number(headers['x-ratelimit-reset']);
  const when =
    reset > 0 ? `It is full again at ${new Date(reset * 1000).toISOString()}.` : 'It is full again within an hour.';
  return {
    name: 'hourly budget of this account',
    remedy: `${when} Poll less often, or use a token of another account.`,
  };
}

function hasResponse(error: unknown): boolean {
  return (error as Answered | null)?.response !== undefined;
}

function timedOut(error: unknown): boolean {
  return ((error as { cause?: { name?: string } } | null)?.cause?.name ?? '') === 'TimeoutError';
}
