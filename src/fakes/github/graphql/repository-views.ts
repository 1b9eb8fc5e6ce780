import { type GitObject, parseCommit, parseTree, type Signature, type TreeEntry } from '../git/objects.ts';
import { GitHubError } from '../github-error.ts';
import type { PullRequest, Repository } from '../model.ts';
import { listBranches } from '../repositories.ts';
import { connection, type Fields, type PageArguments } from './connection.ts';
import { isoTime, type ViewContext, type Views } from './view.ts';

/** Longer texts come truncated, as GitHub does with long files. */
const TEXT_LIMIT_BYTES = 512_000;
const HISTORY_LIMIT = 1000;

type PullRequestArguments = PageArguments & {
  states?: readonly PullRequest['state'][] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
};

type ObjectArguments = { expression?: string | null; oid?: string | null };

/** Repositories, branches, commits, folders and files; all but the repository's own facts come from git. */
export function repositoryViews(context: ViewContext): Pick<Views, 'repository' | 'ref'> {
  return {
    repository: (repository) => repositoryView(context, repository),
    ref: (repository, name) => refView(context, { repository, name }),
  };
}

function repositoryView(context: ViewContext, repository: Repository): Fields {
  const { views, state, serverUrl } = context;
  const { id, databaseId, name, fullName, defaultBranch, threads } = repository;
  const thread = (kind: 'issue' | 'pull-request', number: number) => {
    const found = threads.get(number);
    if (found?.kind === kind && state.visible([found]).length > 0) return views.node(found);
    const typeName = kind === 'issue' ? 'an Issue' : 'a PullRequest';
    throw new GitHubError('NOT_FOUND', `Could not resolve to ${typeName} with the number of ${number}.`);
  };
  return {
    __typename: 'Repository',
    id,
    databaseId,
    name,
    nameWithOwner: fullName,
    url: `${serverUrl}/${fullName}`,
    isArchived: repository.archived,
    isDisabled: false,
    isFork: repository.isFork,
    isPrivate: true,
    viewerPermission: repository.permission,
    owner: () => views.actor(repository.owner),
    defaultBranchRef: () => views.ref(repository, defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      views.ref(repository, qualifiedName.replace(/^refs\/heads\//, '')),
    refs: (args: PageArguments & { refPrefix: string }) => refsView(context, { ...args, repository }),
    object: ({ expression, oid }: ObjectArguments) =>
      objectAt(context, { repository, expression: expression ?? oid ?? '' }),
    issue: ({ number }: { number: number }) => thread('issue', number),
    pullRequest: ({ number }: { number: number }) => thread('pull-request', number),
    issueOrPullRequest: ({ number }: { number: number }) => {
      const found = threads.get(number);
      if (found) return views.node(found);
      throw new GitHubError('NOT_FOUND', `Could not resolve to an issue or pull request with the number of ${number}.`);
    },
    pullRequests: (args: PullRequestArguments) =>
      connection(args, {
        items: selectPullRequests(state.visible(state.pullRequests(repository)), args),
        view: views.pullRequest,
      }),
  };
}

function selectPullRequests(all: readonly PullRequest[], args: PullRequestArguments): PullRequest[] {
  const selected = all.filter(
    (pullRequest) =>
      (!args.states || args.states.includes(pullRequest.state)) &&
      (args.headRefName === undefined || args.headRefName === null || pullRequest.headRef === args.headRefName) &&
      (args.baseRefName === undefined || args.baseRefName === null || pullRequest.baseRef === args.baseRefName),
  );
  const key = (pullRequest: PullRequest) =>
    args.orderBy?.field === 'UPDATED_AT' ? pullRequest.updatedAtMs : pullRequest.number;
  const sign = args.orderBy?.direction === 'DESC' ? -1 : 1;
  return selected.sort((a, b) => sign * (key(a) - key(b)));
}

type RefsRequest = PageArguments & { refPrefix: string; repository: Repository };

async function refsView({ views }: ViewContext, { repository, ...args }: RefsRequest) {
  const branches = args.refPrefix.startsWith('refs/heads/') ? await listBranches(repository.directory) : [];
  const refs = await Promise.all(branches.map(({ name }) => views.ref(repository, name)));
  return connection(args, { items: refs.filter((ref) => ref !== null), view: (ref) => ref });
}

type RefRequest = { repository: Repository; name: string };

async function refView(context: ViewContext, { repository, name }: RefRequest): Promise<Fields | null> {
  const { views, readers } = context;
  const head = await readers.headOf(repository, name);
  if (head === null) return null;
  const isProtected = repository.protectedBranches.has(name);
  const rule = { __typename: 'BranchProtectionRule', id: `BPR_${repository.id}_${name}`, pattern: name };
  return {
    __typename: 'Ref',
    id: `REF_${repository.id}_${name}`,
    name,
    prefix: 'refs/heads/',
    repository: () => views.repository(repository),
    target: () => objectAt(context, { repository, expression: head }),
    branchProtectionRule: isProtected ? rule : null,
    refUpdateRule: isProtected ? { pattern: name, allowsForcePushes: false, viewerCanPush: false } : null,
  };
}

type ObjectRequest = { repository: Repository; expression: string };

async function objectAt(context: ViewContext, { repository, expression }: ObjectRequest): Promise<Fields | null> {
  const object = await context.readers.of(repository).read(expression);
  if (!object) return null;
  const colon = expression.indexOf(':');
  return objectView(context, { repository, object, path: colon < 0 ? '' : expression.slice(colon + 1) });
}

type Located = { repository: Repository; object: GitObject; path: string };

function objectView(context: ViewContext, { repository, object, path }: Located): Fields {
  const { oid, type, content } = object;
  const shared = {
    id: `${type}_${repository.id}_${oid}`,
    oid,
    abbreviatedOid: oid.slice(0, 7),
    repository: () => context.views.repository(repository),
  };
  if (type === 'commit') return { __typename: 'Commit', ...shared, ...commitFields(context, { repository, object }) };
  if (type === 'tag') return { __typename: 'Tag', ...shared };
  if (type === 'tree') {
    const entries = () => parseTree(content).map((entry) => entryView(context, { repository, path, entry }));
    return { __typename: 'Tree', ...shared, entries };
  }
  const isBinary = content.includes(0);
  return {
    __typename: 'Blob',
    ...shared,
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > TEXT_LIMIT_BYTES,
    text: isBinary ? null : content.toString('utf8', 0, TEXT_LIMIT_BYTES),
  };
}

type LocatedEntry = { repository: Repository; path: string; entry: TreeEntry };

function entryView(context: ViewContext, { repository, path, entry }: LocatedEntry): Fields {
  const { name, mode, oid, type } = entry;
  const full = path === '' ? name : `${path}/${name}`;
  const read = () => context.readers.of(repository).read(oid);
  return {
    __typename: 'TreeEntry',
    name,
    path: full,
    mode: Number.parseInt(mode, 8),
    oid,
    type,
    size: async () => (type === 'blob' ? ((await read())?.content.length ?? 0) : 0),
    object: async () => {
      const object = type === 'commit' ? null : await read();
      return object && objectView(context, { repository, object, path: full });
    },
  };
}

function commitFields(context: ViewContext, { repository, object }: Omit<Located, 'path'>): Fields {
  const { oid, content } = object;
  const commit = parseCommit(content);
  const [headline = '', ...rest] = commit.message.split('\n');
  return {
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    committedDate: isoTime(commit.committer.atMs),
    authoredDate: isoTime(commit.author.atMs),
    author: () => signatureView(context, commit.author),
    committer: () => signatureView(context, commit.committer),
    url: `${context.serverUrl}/${repository.fullName}/commit/${oid}`,
    tree: () => objectAt(context, { repository, expression: commit.tree }),
    file: ({ path }: { path: string }) => fileView(context, { repository, tree: commit.tree, path }),
    history: (args: PageArguments) => historyView(context, { repository, oid, args }),
  };
}

type FileRequest = { repository: Repository; tree: string; path: string };

async function fileView(context: ViewContext, { repository, tree, path }: FileRequest): Promise<Fields | null> {
  const at = path.lastIndexOf('/');
  const folder = at < 0 ? '' : path.slice(0, at);
  const object = await context.readers.of(repository).read(`${tree}:${folder}`);
  const entries = object?.type === 'tree' ? parseTree(object.content) : [];
  const entry = entries.find(({ name }) => name === path.slice(at + 1));
  return entry ? entryView(context, { repository, path: folder, entry }) : null;
}

function signatureView({ state, views }: ViewContext, { name, email, atMs }: Signature): Fields {
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  const owner = login === undefined ? undefined : state.owner(login);
  return { name, email, date: isoTime(atMs), user: owner ? views.actor(owner.login) : null };
}

type HistoryRequest = { repository: Repository; oid: string; args: PageArguments };

/** Commits by first parent, newest first. */
async function historyView(context: ViewContext, { repository, oid, args }: HistoryRequest): Promise<Fields> {
  const oids: string[] = [];
  for (let next: string | undefined = oid; next !== undefined && oids.length < HISTORY_LIMIT; ) {
    oids.push(next);
    const object: GitObject | null = await context.readers.of(repository).read(next);
    next = object ? parseCommit(object.content).parents[0] : undefined;
  }
  return connection(args, { items: oids, view: (commit) => objectAt(context, { repository, expression: commit }) });
}
