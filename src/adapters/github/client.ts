import { setTimeout as sleep } from 'node:timers/promises';
import { Octokit } from '@octokit/core';
import type * as z from 'zod';
import type { Logger } from '../../core/ports/telemetry.ts';
import type { GraphQlError } from './answer.ts';
import { GraphQlBody, GraphQlFailure, parseAnswer } from './answer.ts';
import { githubFailure, usefulBody } from './failure.ts';
import type { GraphQlDocument } from './graphql-document.ts';
import { withinLimits } from './pace/limits.ts';
import type { Patience } from './pace/patience.ts';
import { createPatience } from './pace/patience.ts';
import type { Budget, Traffic } from './transport.ts';
import { createTransport, isLoopback } from './transport.ts';

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
  /** Longest time, in seconds, that requests wait for GitHub to come back, all requests since it was last well together. */
  readonly retrySeconds?: number;
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

/** Throws GITHUB_FAILED, SECRET_INVALID (token refused) or GITHUB_ANSWER_INVALID; tries again what may pass: no answer,
 *  time-outs, 5xx and limits that end soon. All that GitHub refuses (401, 403, 404, 422) is final. */
export interface GitHubClient {
  graphql<T>(call: GraphQlCall<T>): Promise<T>;
  rest<T>(call: RestCall<T>): Promise<T>;
  readonly traffic: Readonly<Traffic>;
  readonly log: Logger;
  /** Waits before the outcome of a lost answer is looked up. */
  pause(seconds: number): Promise<void>;
}

/** A process that nobody waits for outlasts an outage of some minutes. */
const RETRY_SECONDS = 180;

const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Makes the client that all GitHub adapters share. */
export function createGitHubClient(options: GitHubClientOptions): GitHubClient {
  const { timeoutMs = 15_000, log = SILENT } = options;
  const traffic: Traffic = { requests: 0, budget: null, tokenScopes: null };
  const apiUrl = options.apiUrl.replace(/\/+$/, '');
  const onBudget = options.onBudget ? { onBudget: options.onBudget } : {};
  const transport = createTransport({ apiUrl, graphqlUrl: options.graphqlUrl, timeoutMs, traffic, ...onBudget });
  const octokit = createOctokit({ options, apiUrl, transport, log });
  const patience = createPatience({
    seconds: options.retrySeconds ?? RETRY_SECONDS,
    secondMs: backoffMs(apiUrl, options.secondMs ?? 1000),
    log,
  });
  const ask = (request: Request) => send({ octokit, patience, request });
  return {
    traffic,
    log,
    pause: async (seconds) => void (await sleep(seconds * secondOf(apiUrl, options.secondMs ?? 1000))),
    graphql: async (call) => readGraphQl(call, await ask(graphQlRequest(call))),
    rest: async (call) => {
      const data = await ask({ ...call, operation: call.route });
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
async function send({
  octokit,
  patience,
  request,
}: {
  octokit: Octokit;
  patience: Patience;
  request: Request;
}): Promise<unknown> {
  const { operation, route, parameters, repeatable = true } = request;
  const attempt = async () => {
    try {
      return usefulBody(await octokit.request(route, parameters));
    } catch (error) {
      throw githubFailure(error, operation);
    }
  };
  return repeatable ? patience.tryAgain(operation, attempt) : attempt();
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
  const { maxWaitMs = 60_000, secondMs = 1000 } = options;
  const limits = withinLimits({ maxWaitMs, secondMs, isSpaced: !isLoopback(apiUrl), log });
  const logger = quietLogger(log);
  // The first plugin is the innermost: it runs for each attempt.
  const Client = Octokit.plugin(lateToken(options.token), limits);
  return new Client({
    baseUrl: apiUrl,
    userAgent: options.userAgent,
    log: logger,
    // Octokit's request layer has a logger of its own, which is the console by default.
    request: { fetch: transport, log: logger },
  });
}

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

/** Base of the quadratic back-off, with jitter per client so that several of them do not come back together. */
function backoffMs(apiUrl: string, secondMs: number): number {
  return secondOf(apiUrl, secondMs) * (0.75 + Math.random() / 2);
}

/** Nobody else is served by a server on this machine. */
function secondOf(apiUrl: string, secondMs: number): number {
  return isLoopback(apiUrl) ? Math.min(50, secondMs) : secondMs;
}
