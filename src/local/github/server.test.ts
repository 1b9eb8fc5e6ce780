import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { graphql } from '@octokit/graphql';
import { expect } from 'chai';
import type { Project, Repository } from './model.ts';
import { cloneUrl, type LocalGitHub, startLocalGitHub } from './server.ts';

const TOKEN = 'token-of-the-test';
const BOARD = `query Board($login: String!, $number: Int!, $after: String, $query: String) {
  organization(login: $login) {
    projectV2(number: $number) {
      id title url
      field(name: "Status") { ... on ProjectV2SingleSelectField { id name options { id name } } }
      items(first: 100, after: $after, query: $query) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id type isArchived createdAt
          status: fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name optionId } }
          branch: fieldValueByName(name: "Branch") { ... on ProjectV2ItemFieldTextValue { text } }
          content {
            __typename
            ... on Issue { id number title linkedBranches(first: 5) { nodes { ref { name } } } }
            ... on PullRequest { id number title headRefName headRepository { nameWithOwner } }
            ... on DraftIssue { title }
          }
        }
      }
    }
  }
  rateLimit { cost remaining resetAt }
}`;

describe('local GitHub', () => {
  let root: string;
  let github: LocalGitHub;
  let repository: Repository;
  let project: Project;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'local-github-'));
    github = await startLocalGitHub({ tokens: [TOKEN], root: join(root, 'repositories') });
    repository = await github.createRepository({
      owner: 'acme',
      name: 'slugs',
      files: { 'README.md': '# Slugs\n' },
      protectedBranches: ['main'],
      branches: [{ name: 'feature/one', files: { '.kiro/specs/one/tasks.md': '- [ ] 1. Do\n', 'src/a.js': 'a' } }],
    });
    project = github.state.addProject({
      owner: 'acme',
      number: 7,
      title: 'Work',
      columns: ['For Implementation', 'Done'],
      priorities: ['P0', 'P1'],
    });
  });

  afterEach(async () => {
    await github.close();
    await rm(root, { recursive: true, force: true });
  });

  const ask = graphql.defaults({});
  const query = <T>(text: string, variables: Record<string, unknown> = {}) =>
    ask<T>(text, {
      baseUrl: github.apiUrl.replace('/v3', ''),
      headers: { authorization: `token ${TOKEN}` },
      ...variables,
    });

  it('reads 250 cards', async () => {
    for (let n = 1; n <= 250; n += 1) {
      const content = github.state.addIssue({ repository, title: `Card ${n}` });
      github.state.addItem(project, { content, column: 'For Implementation', branch: `feature/${n}` });
    }
    console.time('q');
    const answer = await query<any>(BOARD, { login: 'acme', number: 7 });
    console.timeEnd('q');
    console.time('q');
    await query<any>(BOARD, {
      login: 'acme',
      number: 7,
      after: answer.organization.projectV2.items.pageInfo.endCursor,
    });
    console.timeEnd('q');
    console.log(JSON.stringify(answer).slice(0, 1500));
    expect(answer.organization.projectV2.items.totalCount).to.equal(250);
    console.time('b');
    const b = await query<any>(
      `query B { repository(owner:"acme", name:"slugs") { viewerPermission ${Array.from({ length: 50 }, (_, i) => `b${i}: ref(qualifiedName:"refs/heads/feature/one") { name target { oid ... on Commit { committedDate author { name user { login } } } } } s${i}: object(expression:"refs/heads/feature/one:.kiro/specs/one") { ... on Tree { entries { name type path object { ... on Blob { text isTruncated byteSize isBinary } } } } } p${i}: pullRequests(first:5, headRefName:"feature/one", states: OPEN) { nodes { id number isDraft } }`).join('\n')} } }`,
    );
    console.timeEnd('b');
    console.log(JSON.stringify(b).slice(0, 800));
  });

  it('git', async () => {
    const run = promisify(execFile);
    const auth = `Authorization: Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
    const dir = join(root, 'clone');
    await run(
      'git',
      [
        '-c',
        `http.extraHeader=${auth}`,
        'clone',
        '--filter=blob:none',
        '-b',
        'feature/one',
        cloneUrl(github, 'acme/slugs'),
        dir,
      ],
      { env },
    );
    await writeFile(join(dir, 'new.txt'), 'x');
    const git = (...args: string[]) =>
      run('git', ['-C', dir, '-c', `http.extraHeader=${auth}`, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        env,
      });
    await git('add', '.');
    await git('commit', '-qm', 'x');
    const { stderr } = await git('push', 'origin', 'HEAD');
    console.log(stderr);
    console.log(await git('push', 'origin', 'HEAD:main').catch((e) => e.stderr));
    const oid = await query<any>(
      '{ repository(owner:"acme", name:"slugs") { ref(qualifiedName:"feature/one") { target { oid } } } }',
    );
    console.log(oid, (await git('rev-parse', 'HEAD')).stdout, await readFile(join(dir, 'README.md'), 'utf8'));
    console.log(github.requests.map((r) => `${r.method} ${r.path} ${r.status}`));
  });
});
