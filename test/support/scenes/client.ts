import { expect } from 'chai';
import * as z from 'zod';
import {
  createGitHubClient,
  type GitHubClient,
  type GitHubClientOptions,
} from '../../../src/adapters/github/client.ts';
import type { ErrorCode, WorkerError } from '../../../src/core/errors.ts';
import { expectError } from '../expect-error.ts';
import { createRecordingLogger } from '../recording-logger.ts';
import { type ScriptedServer, startScriptedServer } from '../servers/scripted.ts';

export const TOKEN = 'ghp_secretsecretsecretsecretsecretsecret';
export const DOCUMENT = { name: 'Ask', text: 'query Ask { viewer { login } }' };
export const ANSWER = z.object({ viewer: z.object({ login: z.string() }) });
export const GOOD = { body: { data: { viewer: { login: 'bot' } } } };

interface Repeatable {
  readonly repeatable?: boolean;
}

export interface ClientScene {
  readonly server: ScriptedServer;
  /** Lines that the client logged. */
  readonly logged: readonly string[];
  /** A client whose seconds last 5 ms, and whose token ends in the number of times it was asked for. */
  connect(options?: Partial<GitHubClientOptions>): GitHubClient;
  /** Sends DOCUMENT. */
  ask(client?: GitHubClient, more?: Repeatable): Promise<z.output<typeof ANSWER>>;
  /** Sends one request of the REST API. */
  get(client?: GitHubClient, more?: Repeatable): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a server that answers as each test says. */
export async function openClientScene(): Promise<ClientScene> {
  const server = await startScriptedServer();
  const logged: string[] = [];
  let tokens = 0;
  const connect = (options: Partial<GitHubClientOptions> = {}) =>
    createGitHubClient({
      apiUrl: `${server.url}/api/v3`,
      graphqlUrl: `${server.url}/api/graphql`,
      token: async () => {
        tokens += 1;
        return `${TOKEN}${tokens}`;
      },
      userAgent: 'kiro-worker-test',
      secondMs: 5,
      log: createRecordingLogger((line) => logged.push(line)),
      ...options,
    });
  return {
    server,
    logged,
    connect,
    ask: (client = connect(), more = {}) =>
      client.graphql({ document: DOCUMENT, variables: { a: 1 }, answer: ANSWER, ...more }),
    get: (client = connect(), more = {}) =>
      client.rest({
        route: 'GET /repos/{owner}/{repo}',
        parameters: { owner: 'o', repo: 'r' },
        answer: z.object({}),
        ...more,
      }),
    close: () => server.close(),
  };
}

/** Returns the error that a request ends with, which never contains the token. */
export async function failureOf(request: Promise<unknown>, code: ErrorCode): Promise<WorkerError> {
  const error = await expectError(request, code);
  expect(error.message).to.not.include(TOKEN);
  return error;
}
