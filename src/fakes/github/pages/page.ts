import { runGit } from '../git/command.ts';
import type { ViewContext } from '../graphql/view.ts';
import type { Issue, Project, PullRequest, Repository } from '../model.ts';
import { listBranches } from '../repositories.ts';
import { type Html, html } from './html.ts';
import { board, commentBlock, describe, diffBlock, layout, threadLine } from './parts.ts';

const DIFF_LIMIT = 400_000;
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Plain web pages to look around: start, boards, repositories, issues, pull requests with their diff, commits. */
export async function answerPage(context: ViewContext, path: string): Promise<PageAnswer> {
  const found = await findPage(context, path);
  if (found) return { status: 200, headers: HEADERS, body: layout(found.title, found.content) };
  return { status: 404, headers: HEADERS, body: layout('Nothing here', html`<p>No page at ${path}.</p>`) };
}

type Page = { title: string; content: Html | readonly Html[] };

async function findPage(context: ViewContext, path: string): Promise<Page | null> {
  const { state } = context;
  if (path === '/') return startPage(context);
  const [first = '', second = '', third = '', fourth = ''] = path.slice(1).split('/');
  if ((first === 'orgs' || first === 'users') && third === 'projects') {
    const project = state.project(second, Number(fourth));
    return project ? { title: project.title, content: board(project) } : null;
  }
  const repository = state.repository(`${first}/${second}`);
  if (!repository) return null;
  if (third === '') return { title: repository.fullName, content: await repositoryBlock(repository) };
  if (third === 'commit' && /^[0-9a-f]{40}$/.test(fourth)) return commitPage(repository, fourth);
  const thread = repository.threads.get(Number(fourth));
  if (!thread || third !== (thread.kind === 'issue' ? 'issues' : 'pull')) return null;
  return { title: `#${thread.number} ${thread.title}`, content: await threadBlock(context, thread) };
}

async function startPage({ state }: ViewContext): Promise<Page> {
  const repositories = state.all('repository');
  const pullRequests = repositories.flatMap((repository) => state.pullRequests(repository));
  const blocks = await Promise.all(repositories.map(repositoryBlock));
  return {
    title: 'Boards, pull requests, repositories',
    content: [
      ...state.all('project').map(projectBlock),
      html`<h2>Pull requests</h2><ul>${pullRequests.map(threadLine)}</ul>`,
      ...blocks,
    ],
  };
}

function projectBlock(project: Project): Html {
  return html`<h2>${project.title} <small>${project.owner.login}, board ${project.number}</small></h2>${board(project)}`;
}

async function repositoryBlock(repository: Repository): Promise<Html> {
  const { fullName, defaultBranch, protectedBranches } = repository;
  const branches = await listBranches(repository.directory);
  const lines = branches.map(({ name, head }) => {
    const marks = `${name === defaultBranch ? ' default' : ''}${protectedBranches.has(name) ? ' protected' : ''}`;
    return html`<li>${name}<small>${marks}</small> <a href="/${fullName}/commit/${head}"><code>${head.slice(0, 7)}</code></a></li>`;
  });
  return html`<h2><a href="/${fullName}">${fullName}</a></h2><ul>${lines}</ul>`;
}

async function threadBlock(context: ViewContext, thread: Issue | PullRequest): Promise<Html[]> {
  const details = thread.kind === 'pull-request' ? await changesBlock(context, thread) : html``;
  return [
    html`<p>${describe(thread)}, opened by ${thread.author}</p>`,
    html`<pre>${thread.body === '' ? '(no text)' : thread.body}</pre>`,
    html`<h2>Comments <small>${thread.comments.length}</small></h2>${thread.comments.map(commentBlock)}`,
    details,
  ];
}

async function changesBlock({ readers }: ViewContext, pullRequest: PullRequest): Promise<Html> {
  const { repository, headRepository, baseRef } = pullRequest;
  const base = await readers.headOf(repository, baseRef);
  const head = await readers.pullRequestHead(pullRequest);
  if (headRepository !== repository || base === null || /^0+$/.test(head))
    return html`<p>The diff is not available.</p>`;
  const log = await runGit(repository.directory, ['log', '--format=%h %an: %s', `${base}..${head}`, '--']);
  const diff = await runGit(repository.directory, [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    `${base}...${head}`,
    '--',
  ]);
  return html`<h2>Commits</h2><pre>${log}</pre><h2>Changes</h2>${diffBlock(shorten(diff))}`;
}

async function commitPage(repository: Repository, oid: string): Promise<Page | null> {
  const text = await runGit(repository.directory, [
    'show',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    oid,
    '--',
  ]).catch(() => null);
  return text === null ? null : { title: `Commit ${oid.slice(0, 7)}`, content: diffBlock(shorten(text)) };
}

function shorten(text: string): string {
  return text.length <= DIFF_LIMIT ? text : `${text.slice(0, DIFF_LIMIT)}\n(the rest is not shown)`;
}
