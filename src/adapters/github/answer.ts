import { GraphqlResponseError } from '@octokit/graphql';
import * as z from 'zod';
import { WorkerError } from '../../core/errors.ts';

/** One member of `errors` in a GraphQL answer. */
export interface GraphQlError {
  readonly type?: string | undefined;
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly code?: string | undefined;
  readonly extensions?: { readonly code?: string | undefined; readonly saml_failure?: boolean | undefined } | undefined;
}

/** Lenient: an error that has another shape still counts as one. */
const GraphQlErrorShape = z
  .object({
    type: z.string().optional().catch(undefined),
    message: z.string().catch('(no message)'),
    path: z
      .array(z.union([z.string(), z.number()]))
      .optional()
      .catch(undefined),
    code: z.string().optional().catch(undefined),
    extensions: z
      .object({ code: z.string().optional().catch(undefined), saml_failure: z.boolean().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  })
  .catch({ message: '(unreadable)' });

export const GraphQlBody = z.object({ data: z.unknown().optional(), errors: z.array(GraphQlErrorShape).nullish() });

/** What GitHub answered in GraphQL beside, or instead of, data; the cause of a GITHUB_FAILED. */
export class GraphQlFailure extends GraphqlResponseError<unknown> {
  /** The errors as they were checked; octokit's own list promises more than GitHub keeps. */
  readonly checked: readonly GraphQlError[];

  constructor(errors: readonly GraphQlError[]) {
    // Octokit's type allows exactly one error, and fields that GitHub leaves out.
    super({ method: 'POST', url: '/graphql' }, {}, { data: null, errors: errors as never });
    this.checked = errors;
  }
}

/** What an error contains of GitHub's HTTP answer: octokit throws `{status, response: {headers, data}}`, with status 500 and
 *  no response where nothing was answered. Every field may be missing. */
const HttpFailure = z.object({
  status: z.number().optional().catch(undefined),
  response: z
    .object({ headers: z.record(z.string(), z.unknown()).catch({}), data: z.unknown().optional() })
    .optional()
    .catch(undefined),
});
export type HttpFailure = z.infer<typeof HttpFailure>;

/** Returns what is known of the HTTP answer behind anything that was thrown. */
export function httpFailureOf(thrown: unknown): HttpFailure {
  return HttpFailure.catch({}).parse(thrown);
}

/** Returns whether an error says that the hourly budget is used up: GitHub words it in two ways. */
export function isPrimaryLimit({ type, code, extensions }: GraphQlError): boolean {
  return type === 'RATE_LIMITED' || type === 'RATE_LIMIT' || [code, extensions?.code].includes('graphql_rate_limit');
}

/** Returns whether an answer's body says that the hourly budget is used up. */
export function isRateLimited(body: unknown): boolean {
  return GraphQlBody.safeParse(body).data?.errors?.some(isPrimaryLimit) ?? false;
}

const ErrorTexts = z.object({
  message: z.string().catch(''),
  errors: z.array(z.object({ message: z.string().catch('') }).catch({ message: '' })).catch([]),
});

/** Returns what an answer's body says went wrong, in GraphQL or REST; empty where it says nothing. */
export function errorTexts(body: unknown): string {
  const { data } = ErrorTexts.safeParse(body);
  return data === undefined ? '' : [data.message, ...data.errors.map(({ message }) => message)].join('\n');
}

/** Returns whether an error says that there is nothing at that place. */
export function isNothingThere({ type, path }: GraphQlError, at: readonly string[]): boolean {
  return (
    type === 'NOT_FOUND' && path !== undefined && path.length === at.length && at.every((key, i) => path[i] === key)
  );
}

/** Returns the answer in its shape; `at` names the place in it. Throws GITHUB_ANSWER_INVALID. */
export function parseAnswer<T>(
  shape: z.ZodType<T>,
  { data, operation, at = [] }: { data: unknown; operation: string; at?: readonly string[] },
): T {
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${[...at, ...issue.path].join('.') || '(whole)'}: ${describeShape(issue)}`,
  );
  throw new WorkerError({
    code: 'GITHUB_ANSWER_INVALID',
    what: `GitHub's answer has an unexpected shape (${operation}):`,
    problems: problems.slice(0, 5),
    remedy: 'Check GITHUB_API_URL and GITHUB_GRAPHQL_URL; a proxy may answer in the place of GitHub.',
  });
}

function describeShape(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `is not of type ${issue.expected}`;
  return issue.code === 'invalid_value'
    ? `is none of ${issue.values.join(', ')}`
    : 'has another shape than GitHub documents';
}
