import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { Project, Repository } from './model.ts';
import { type LocalGitHub, startLocalGitHub } from './server.ts';

export const TOKEN = 'test-token-0123456789';

const graphqlReply = z.looseObject({
  /** Answers of many shapes, which the tests look into. */
  data: z.any().optional(),
  errors: z
    .array(
      z.object({
        type: z.string().optional(),
        message: z.string(),
        path: z.array(z.unknown()).optional(),
        extensions: z.object({ code: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

type GraphqlReply = z.infer<typeof graphqlReply>;

interface RestCall {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What the tests of this folder share: a server with one repository and one board. */
export interface Fixture {
  readonly github: LocalGitHub;
  readonly root: string;
  readonly repository: Repository;
  readonly project: Project;
  graphql(query: string, variables?: Record<string, unknown>): Promise<GraphqlReply>;
  /** `call('GET /repos/…')`. */
  rest(call: string, options?: RestCall): Promise<Response>;
  close(): Promise<void>;
}

export async function startFixture(): Promise<Fixture> {
  const root = await mkdtemp(join(tmpdir(), 'local-github-'));
  const github = await startLocalGitHub({ tokens: [TOKEN], root: join(root, 'repositories') });
  const repository = await github.createRepository({
    owner: 'acme',
    name: 'slugs',
    files: { 'README.md': '# Slugs\n', 'src/slug.js': 'export const slug = 1;\n' },
    protectedBranches: ['main'],
    branches: [
      { name: 'feature/one', files: { '.kiro/specs/one/tasks.md': '- [ ] 1. Do it\n', 'src/one.js': 'one\n' } },
    ],
  });
  const columns = ['Backlog', 'For Implementation', 'Done'];
  const project = github.state.addProject({
    owner: 'acme',
    number: 7,
    title: 'Work',
    columns,
    priorities: ['P0', 'P1'],
  });
  return {
    github,
    root,
    repository,
    project,
    async graphql(query, variables = {}) {
      const headers = { authorization: `bearer ${TOKEN}` };
      const response = await fetch(github.graphqlUrl, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      });
      return graphqlReply.parse(await response.json());
    },
    rest(call, { body, headers } = {}) {
      const [method = 'GET', path = ''] = call.split(' ');
      const all = { authorization: `token ${TOKEN}`, ...headers };
      return fetch(`${github.apiUrl}${path}`, {
        method,
        headers: all,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    async close() {
      await github.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}
