import { GitHubError } from '../github-error.ts';
import type { Node, Owner } from '../model.ts';
import { boardViews } from './board-views.ts';
import type { Fields } from './connection.ts';
import { repositoryViews } from './repository-views.ts';
import { threadViews } from './thread-views.ts';
import { isoTime, type QueryContext, type ViewContext, type Views } from './view.ts';

const NODE_IDS_LIMIT = 100;

/** Joins the views of all kinds of objects; they refer to each other through the context. */
export function createViewContext(parts: Omit<ViewContext, 'views'>): ViewContext {
  // The views are read when they are asked for, by which time all of them are there.
  const context: ViewContext = {
    ...parts,
    get views() {
      return views;
    },
  };
  const views: Views = {
    ...boardViews(context),
    ...threadViews(context),
    ...repositoryViews(context),
    actor: (login) => actorView(context, login),
    node: (node) => nodeView(context, node),
  };
  return context;
}

/** The fields of the query root. */
export function queries(context: QueryContext): Fields {
  const { state, views, cost } = context;
  const owner = (login: string, type: Owner['type']) => {
    const found = state.owner(login);
    if (found?.type === type) return views.node(found);
    const kind = type === 'User' ? 'a User' : 'an Organization';
    throw new GitHubError('NOT_FOUND', `Could not resolve to ${kind} with the login of '${login}'.`);
  };
  return {
    viewer: () => views.actor(state.viewer),
    organization: ({ login }: { login: string }) => owner(login, 'Organization'),
    user: ({ login }: { login: string }) => owner(login, 'User'),
    repository: ({ owner: login, name }: { owner: string; name: string }) => {
      const repository = state.repository(`${login}/${name}`);
      if (repository) return views.repository(repository);
      throw new GitHubError('NOT_FOUND', `Could not resolve to a Repository with the name '${login}/${name}'.`);
    },
    node: ({ id }: { id: string }) => nodeById(context, id),
    nodes: ({ ids }: { ids: readonly string[] }) => {
      if (ids.length <= NODE_IDS_LIMIT) return ids.map((id) => settle(() => nodeById(context, id)));
      throw new GitHubError(
        'ARGUMENT_LIMIT',
        `You may not provide more than ${NODE_IDS_LIMIT} node ids; you provided ${ids.length}.`,
      );
    },
    rateLimit: () => ({
      cost: cost.points,
      limit: state.rate.limit,
      nodeCount: cost.nodeCount,
      remaining: state.rate.remaining,
      used: state.rate.limit - state.rate.remaining,
      resetAt: isoTime(state.rate.resetAtMs),
    }),
  };
}

function nodeById({ state, views }: QueryContext, id: string): Fields {
  const node = state.nodes.get(id);
  if (node) return views.node(node);
  throw new GitHubError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** A rejected promise costs one place of a list; a thrown error would cost the whole list. */
async function settle<T>(read: () => T): Promise<T> {
  return read();
}

function nodeView({ views, state, serverUrl }: ViewContext, node: Node): Fields {
  switch (node.kind) {
    case 'owner':
      return ownerView({ views, state, serverUrl }, node);
    case 'repository':
      return views.repository(node);
    case 'project':
      return views.project(node);
    case 'item':
      return views.item(node);
    case 'field':
      return views.field(node);
    case 'draft-issue':
      return views.draftIssue(node);
    case 'issue':
      return views.issue(node);
    case 'pull-request':
      return views.pullRequest(node);
    case 'comment':
      return views.comment(node);
  }
}

function ownerView(
  { views, state, serverUrl }: Omit<ViewContext, 'readers'>,
  { id, databaseId, login, type }: Owner,
): Fields {
  return {
    __typename: type,
    id,
    databaseId,
    login,
    name: login,
    url: `${serverUrl}/${login}`,
    projectV2: ({ number }: { number: number }) => {
      const project = state.project(login, number);
      if (project) return views.project(project);
      throw new GitHubError('NOT_FOUND', `Could not resolve to a ProjectV2 with the number ${number}.`);
    },
  };
}

/** The account of a login; people who only ever comment or commit need not be added first. */
function actorView({ views, state, serverUrl }: ViewContext, login: string): Fields {
  const owner = state.owner(login);
  if (owner) return views.node(owner);
  return { __typename: 'User', id: `U_${login}`, login, name: login, url: `${serverUrl}/${login}` };
}
