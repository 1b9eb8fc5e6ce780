import type { Field, Item, Project } from '../model.ts';
import { isSameName } from '../store.ts';
import { connection, type Fields, type PageArguments } from './connection.ts';
import { filterItems } from './item-filter.ts';
import { isoTime, type ViewContext, type Views } from './view.ts';

type ItemArguments = PageArguments & {
  query?: string | null;
  archivedStates?: readonly ('ARCHIVED' | 'NOT_ARCHIVED')[] | null;
  orderBy?: { direction: 'ASC' | 'DESC' } | null;
};

/** Boards, their fields and their cards. */
export function boardViews(context: ViewContext): Pick<Views, 'project' | 'item' | 'field' | 'draftIssue'> {
  return {
    project: (project) => projectView(context, project),
    item: (item) => itemView(context, item),
    field: (field) => fieldView(field, () => context.views.project(field.project)),
    draftIssue: ({ id, title, body }) => ({ __typename: 'DraftIssue', id, title, body }),
  };
}

function projectView({ views, serverUrl, state }: ViewContext, project: Project): Fields {
  const { owner, number } = project;
  const path = `/${owner.type === 'User' ? 'users' : 'orgs'}/${owner.login}/projects/${number}`;
  const findField = (name: string) => project.fields.find((field) => isSameName(field.name, name));
  return {
    __typename: 'ProjectV2',
    id: project.id,
    number,
    title: project.title,
    closed: project.closed,
    url: `${serverUrl}${path}`,
    resourcePath: path,
    owner: () => views.node(owner),
    viewerCanUpdate: project.viewerCanUpdate,
    field: ({ name }: { name: string }) => {
      const field = findField(name);
      return field ? views.field(field) : null;
    },
    fields: (args: PageArguments) => connection(args, { items: project.fields, view: views.field }),
    repositories: (args: PageArguments) => connection(args, { items: project.repositories, view: views.repository }),
    items: (args: ItemArguments) => {
      const archived = args.archivedStates ?? ['NOT_ARCHIVED'];
      const shown = project.items.filter(
        (item) => archived.includes(item.archived ? 'ARCHIVED' : 'NOT_ARCHIVED') && state.isSeen(item),
      );
      const sign = args.orderBy?.direction === 'DESC' ? -1 : 1;
      const items = filterItems(shown, args.query ?? '').sort((a, b) => sign * (a.position - b.position));
      return connection(args, { items, rank: (item) => sign * item.position, view: views.item });
    },
  };
}

function itemView({ views, state }: ViewContext, item: Item): Fields {
  state.rules.requireVisible(item);
  const { content, project } = item;
  const valueView = (field: Field) => fieldValueView(views, { item, field });
  const types = { issue: 'ISSUE', 'pull-request': 'PULL_REQUEST', 'draft-issue': 'DRAFT_ISSUE' } as const;
  return {
    __typename: 'ProjectV2Item',
    id: item.id,
    databaseId: item.databaseId,
    fullDatabaseId: String(item.databaseId),
    type: content ? types[content.kind] : 'REDACTED',
    isArchived: item.archived,
    createdAt: isoTime(item.createdAtMs),
    updatedAt: isoTime(item.updatedAtMs),
    project: () => views.project(project),
    content: () => (content ? views.node(content) : null),
    fieldValueByName: ({ name }: { name: string }) => {
      const field = project.fields.find((candidate) => isSameName(candidate.name, name));
      return field ? valueView(field) : null;
    },
    fieldValues: (args: PageArguments) => {
      const items = project.fields.filter((field) => valueView(field) !== null);
      return connection(args, { items, view: valueView });
    },
  };
}

function fieldView(field: Field, project: () => Fields): Fields {
  const isSelect = field.type === 'SINGLE_SELECT';
  return {
    __typename: isSelect ? 'ProjectV2SingleSelectField' : 'ProjectV2Field',
    id: field.id,
    name: field.name,
    dataType: field.type,
    project,
    ...(isSelect && {
      options: ({ names }: { names?: readonly string[] | null }) =>
        field.options.filter(({ name }) => !names || names.includes(name)).map((option) => ({ ...option })),
    }),
  };
}

function fieldValueView(views: Views, { item, field }: { item: Item; field: Field }): Fields | null {
  const title = field.type === 'TITLE' && item.content ? { text: item.content.title } : undefined;
  const value = title ?? item.values.get(field.id);
  if (!value) return null;
  const shared = {
    id: `${field.id}_${item.id}`,
    field: () => views.field(field),
    updatedAt: isoTime(item.changes.get(field.id)?.atMs ?? item.updatedAtMs),
    creator: () => views.actor(item.changes.get(field.id)?.by ?? 'ghost'),
  };
  if (field.isIssueField) return { __typename: 'ProjectV2ItemIssueFieldValue', field: shared.field };
  if ('text' in value) return { __typename: 'ProjectV2ItemFieldTextValue', ...shared, text: value.text };
  if ('number' in value) return { __typename: 'ProjectV2ItemFieldNumberValue', ...shared, number: value.number };
  const option = field.options.find(({ id }) => id === value.optionId);
  if (!option) return null;
  return { __typename: 'ProjectV2ItemFieldSingleSelectValue', ...shared, name: option.name, optionId: option.id };
}
