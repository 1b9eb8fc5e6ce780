import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHubClient, GitHubClientOptions } from '../../../src/adapters/github/client.ts';
import { createGitHubClient } from '../../../src/adapters/github/client.ts';
import type { LocalGitHub } from '../../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../../src/fakes/github/server.ts';
import { createRecordingLogger } from '../recording-logger.ts';

export interface GitHubScene {
  readonly github: LocalGitHub;
  readonly client: GitHubClient;
  /** Lines that the adapters logged. */
  readonly logged: string[];
  /** Operations and REST calls that the server saw, in order. */
  calls(): string[];
  /** Requests of one GraphQL operation or REST call. */
  count(call: string): number;
  close(): Promise<void>;
}

/** Starts an empty local GitHub with a client that waits milliseconds where a real one waits seconds. */
export async function openGitHubScene(options: Partial<GitHubClientOptions> = {}): Promise<GitHubScene> {
  const root = await mkdtemp(join(tmpdir(), 'github-scene-'));
  const token = 'token-of-the-scene';
  const github = await startLocalGitHub({ tokens: [token], root });
  const logged: string[] = [];
  const client = createGitHubClient({
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    token: async () => token,
    userAgent: 'kiro-worker-test',
    secondMs: 2,
    log: createRecordingLogger((line) => logged.push(line)),
    ...options,
  });
  const calls = () =>
    github.requests.map(
      ({ method, path, operation }) => operation ?? `${method} ${path.replace(/^\/api\/v3|\?.*$/g, '')}`,
    );
  return {
    github,
    client,
    logged,
    calls,
    count: (call) => calls().filter((seen) => seen === call).length,
    close: async () => {
      await github.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
