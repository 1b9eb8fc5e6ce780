import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import type * as z from 'zod';
import type { Logger } from '../../core/ports/telemetry.ts';
import type { GraphQlError } from './answer.ts';
import { GraphQlBody, GraphQlFailure, parseAnswer } from './answer.ts';
import { githubFailure } from './failure.ts';
import type { GraphQlDocument } from './graphql-document.ts';
import type { Budget, Traffic } from './transport.ts';
import { createTransport } from './transport.ts';

export interface GitHubClientOptions {
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl: string;
  /** `https://api.github.com/graphql`, or `https://HOST/api/graphql`. */
  readonly graphqlUrl: string;
  /** Asked before each attempt, since tokens of an App live one hour. */
  readonly token: () => Promise<string>;
  readonly userAgent: string;
  /** Limit of one attempt. */
  readonly timeoutMs?: number;
  /** Longest wait that a rate limit may cause; a longer one is a failure at once. */
  readonly maxWaitMs?: number;
  /** Length of a second in back-off and Retry-After: tests shorten it. */
  readonly secondMs?: number;
  readonly onBudget?: (budget: Budget) => void;
  readonly log?: Logger;
}

interface Call<T> {
  /** Shape of the answer; anything else throws GITHUB_ANSWER_INVALID. */
  readonly answer: z.ZodType<T>;
  /** False for a request that must not be sent twice: then a lost answer throws at once. */
  readonly repeatable?: boolean;
}

interface GraphQlCall<T> extends Call<T> {
  readonly document: GraphQlDocument;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Errors beside the data that mean "nothing there" to the caller. Every other error throws GITHUB_FAILED. */
  readonly allow?: (error: GraphQlError) => boolean;
}

interface RestCall<T> extends Call<T> {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Throws GITHUB_FAILED, SECRET_INVALID (token refused) or GITHUB_ANSWER_INVALID; retries what is transient. */
export interface GitHubClient {
  graphql<T>(call: GraphQlCall<T>): Promise<T>;
  rest<T>(call: RestCall<T>): Promise<T>;
  readonly traffic: Readonly<Traffic>;
  readonly log: Logger;
  /** Waits before the outcome of a lost answer is looked up. */
  pause(seconds: number): Promise<void>;
}

/** 5xx and network failures are retried with back-off; everything that GitHub refused for good is not. */
const PERMANENT = [400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 422, 423, 424, 428, 429, 431, 451];

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes the client that all GitHub adapters share. */
export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const { timeoutMs = 15_000, log = SILENT } = options;
  const traffic: Traffic = { requests: 0, budget: null };
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const onBudget = options.onBudget ? { onBudget: options.onBudget } : {};
  const transport = createTransport({ apiUrl, graphqlUrl: options.graphqlUrl, timeoutMs, traffic, ...onBudget });
  const octokit = createOctokit({ options, apiUrl, transport, log });
  return {
    traffic,
    log,
    pause: async (seconds) => void (await sleep(seconds * pauseUnitMs(apiUrl, options.secondMs))),
    graphql: async (call) => readGraphQl(call, await send(octokit, graphQlRequest(call))),
    rest: async (call) => {
      const data = await send(octokit, { ...call, operation: call.route });
      return parseAnswer(call.answer, { data, operation: call.route });
    },
  };
}

interface Request {
  readonly operation: string;
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly repeatable?: boolean;
}

function graphQlRequest<T>({ document, variables, repeatable = true }: GraphQlCall<T>): Request {
  const parameters = { query: document.text, operationName: document.name, variables };
  return { operation: document.name, route: 'POST /graphql', parameters, repeatable };
}

/** Returns the parsed body of the answer. */
async function send(octokit: Octokit, { operation, route, parameters, repeatable = true }: Request): Promise<unknown> {
  try {
    const request = repeatable ? {} : { request: { retries: 0 } };
    const { data } = await octokit.request(route, { ...parameters, ...request });
    return data;
  } catch (error) {
    throw githubFailure(error, operation);
  }
}

/** Errors beside the data are failures unless the caller allows each of them: a hole is never read as "nothing there". */
function readGraphQl<T>({ document, answer, allow }: GraphQlCall<T>, body: unknown): T {
  const operation = document.name;
  const { data, errors } = parseAnswer(GraphQlBody, { data: body, operation });
  const refused = (errors ?? []).filter((error) => !allow?.(error));
  if (refused.length > 0) throw githubFailure(new GraphQlFailure(refused), operation);
  return parseAnswer(answer, { data, operation });
}

function createOctokit(request: {
  options: GitHubClientOptions;
  apiUrl: string;
  transport: typeof fetch;
  log: Logger;
}): Octokit {
  const { options, apiUrl, transport, log } = request;
  const { secondMs = 1000, maxWaitMs = 60_000 } = options;
  const onLimit =
    (name: string) =>
    (...[retryAfter, sent, , retryCount]: LimitReport) => {
      const wait = retryAfter * 1000 <= maxWaitMs && retryCount < 2;
      log.warn(`GitHub's ${name} was reached`, { retryAfterSeconds: retryAfter, waits: wait, url: sent.url });
      return wait;
    };
  const logger = quietLogger(log);
  // The first plugin is the innermost: it runs for each attempt.
  const Client = Octokit.plugin(lateToken(options.token), retry, throttling);
  return new Client({
    baseUrl: apiUrl,
    userAgent: options.userAgent,
    log: logger,
    // Octokit's request layer has a logger of its own, which is the console by default.
    request: { fetch: transport, log: logger },
    retry: { doNotRetry: PERMANENT, retryAfterBaseValue: backoffMs(apiUrl, secondMs) },
    throttle: {
      retryAfterBaseValue: secondMs,
      onRateLimit: onLimit('hourly budget'),
      onSecondaryRateLimit: onLimit('secondary rate limit'),
      ...(isLoopback(apiUrl) ? { write: UNSPACED, notifications: UNSPACED } : {}),
    },
  });
}

/** What octokit's throttling says of a limit that was reached. */
type LimitReport = [retryAfterSeconds: number, sent: { url: string }, octokit: unknown, retryCount: number];

/** Octokit's own failures are thrown to us as well, so that they are warnings at most. */
function quietLogger(log: Logger) {
  const warn = (text: string) => log.warn(text);
  return { debug: () => undefined, info: () => undefined, warn, error: warn };
}

function lateToken(token: () => Promise<string>) {
  return (octokit: Octokit) => {
    octokit.hook.wrap('request', async (request, options) => {
      const authorization = `bearer ${await token()}`;
      return request({ ...options, headers: { ...options.headers, authorization } });
    });
  };
}

/** GitHub wants a second between writes; a server on this machine does not. Stands in for a Bottleneck group. */
const UNSPACED = {
  key: () => ({
    schedule: async (...[, run, ...args]: [job: unknown, run: (...args: unknown[]) => unknown, ...args: unknown[]]) =>
      run(...args),
  }),
} as never;

/** Base of the quadratic back-off, with jitter per client so that several of them do not come back together. */
function backoffMs(apiUrl: string, secondMs: number): number {
  return pauseUnitMs(apiUrl, secondMs) * (0.75 + Math.random() / 2);
}

/** A server on this machine is ready again sooner. */
function pauseUnitMs(apiUrl: string, secondMs = 1000): number {
  return isLoopback(apiUrl) ? Math.min(100, secondMs) : secondMs;
}

function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}
