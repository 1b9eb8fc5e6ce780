import type {
  DraftIssue,
  Field,
  FieldType,
  FieldValue,
  Issue,
  Item,
  Option,
  Project,
  PullRequest,
  Repository,
} from './model.ts';
import { isSameName } from './store.ts';
import { Threads } from './threads.ts';

export interface NewProject {
  readonly owner: string;
  readonly number: number;
  readonly title: string;
  readonly columns: readonly string[];
  readonly priorities?: readonly string[];
  /** Name of the text field that holds a branch, `Branch` by default; null leaves the field out. */
  readonly branchField?: string | null;
  /** More text fields, listed before Status: a board that is wider than one page. */
  readonly textFields?: readonly string[];
  /** Names of fields that are issue fields of the organisation. */
  readonly issueFields?: readonly string[];
  /** Repositories that are linked to it. */
  readonly repositories?: readonly Repository[];
}

export interface NewItem {
  /** Null is an item that the token may not see (REDACTED). */
  readonly content: Issue | PullRequest | { readonly title: string; readonly body?: string } | null;
  readonly column?: string;
  readonly branch?: string;
  readonly priority?: string;
  readonly archived?: boolean;
}

/** Everything that the local GitHub knows but git does not, with the changes that people and programs make to it. */
export class GitHubState extends Threads {
  addProject(input: NewProject): Project {
    const owner = this.addOwner({ login: input.owner, type: 'Organization' });
    const { id } = this.newId('PVT');
    const project: Project = {
      kind: 'project',
      id,
      number: input.number,
      owner,
      fields: [],
      items: [],
      repositories: [...(input.repositories ?? [])],
      title: input.title,
      closed: false,
      viewerCanUpdate: true,
    };
    this.addField(project, { name: 'Title', type: 'TITLE' });
    for (const name of input.textFields ?? []) this.addField(project, { name, type: 'TEXT' });
    this.addField(project, { name: 'Status', type: 'SINGLE_SELECT', options: input.columns });
    if (input.branchField !== null) this.addField(project, { name: input.branchField ?? 'Branch', type: 'TEXT' });
    if (input.priorities)
      this.addField(project, { name: 'Priority', type: 'SINGLE_SELECT', options: input.priorities });
    for (const field of project.fields)
      Object.assign(field, { isIssueField: input.issueFields?.includes(field.name) ?? false });
    return this.keep(project);
  }

  /** Adds a card at the end of the board. */
  addItem(project: Project, input: NewItem): Item {
    const { id, databaseId } = this.newId('PVTI');
    const nowMs = this.now();
    const item: Item = {
      kind: 'item',
      id,
      databaseId,
      project,
      content: this.#content(input.content),
      values: new Map(),
      changes: new Map(),
      createdAtMs: nowMs,
      position: databaseId,
      archived: input.archived ?? false,
      updatedAtMs: nowMs,
    };
    project.items.push(item);
    if (input.column !== undefined) this.moveCard(item, input.column);
    if (input.branch !== undefined) this.setValue(item, { field: branchField(project), value: { text: input.branch } });
    if (input.priority !== undefined) this.#select(item, { field: 'Priority', option: input.priority });
    this.delay(item, this.lag.cards);
    return this.keep(item);
  }

  /** Moves a card as a person does; null takes it out of every column. */
  moveCard(item: Item, column: string | null): void {
    this.moveCardAs(PERSON, { item, column });
  }

  /** Moves a card as this account does; a built-in workflow's ends with `[bot]`. */
  moveCardAs(by: string, { item, column }: { item: Item; column: string | null }): void {
    if (column === null) this.setValue(item, { field: fieldOf(item.project, 'Status'), value: null, by });
    else this.#select(item, { field: 'Status', option: column, by });
  }

  /** The name of the item's column now, null when it has none. */
  columnOf(item: Item): string | null {
    return optionNameOf(item, fieldOf(item.project, 'Status'));
  }

  /** The first card whose title is `title`. */
  card(title: string): Item | undefined {
    return this.all('item').find((item) => item.content?.title === title);
  }

  project(owner: string, number: number): Project | undefined {
    return this.all('project').find((project) => isSameName(project.owner.login, owner) && project.number === number);
  }

  /** Gives a column another name; its id and its cards stay. */
  renameColumn(project: Project, { from, to }: { from: string; to: string }): void {
    optionOf(fieldOf(project, 'Status'), from).name = to;
  }

  /** Deletes a column; its cards lose their status. */
  deleteColumn(project: Project, column: string): void {
    const field = fieldOf(project, 'Status');
    const option = optionOf(field, column);
    for (const item of project.items) if (this.columnOf(item) === option.name) item.values.delete(field.id);
    field.options.splice(field.options.indexOf(option), 1);
  }

  /** Sets one field value of an item; null clears it. */
  setValue(item: Item, { field, value, by = PERSON }: { field: Field; value: FieldValue | null; by?: string }): void {
    if (value === null) item.values.delete(field.id);
    else item.values.set(field.id, value);
    item.updatedAtMs = this.now();
    item.changes.set(field.id, { atMs: item.updatedAtMs, by });
  }

  #select(item: Item, { field: name, option, by = PERSON }: { field: string; option: string; by?: string }): void {
    const field = fieldOf(item.project, name);
    this.setValue(item, { field, value: { optionId: optionOf(field, option).id }, by });
  }

  /** Adds a field to a board. */
  addField(
    project: Project,
    { name, type, options = [] }: { name: string; type: FieldType; options?: readonly string[] },
  ): Field {
    const { id } = this.newId(type === 'SINGLE_SELECT' ? 'PVTSSF' : 'PVTF');
    const named = options.map((option) => this.newOption({ name: option, color: 'GRAY', description: '' }));
    const field = this.keep<Field>({ kind: 'field', id, project, name, type, options: named, isIssueField: false });
    project.fields.push(field);
    return field;
  }

  newOption(option: Omit<Option, 'id'>): Option {
    return { id: this.newId('opt').id, ...option };
  }

  /** Replaces the options of a field; cards whose option is not among them lose it. */
  setOptions(field: Field, options: readonly Option[]): void {
    field.options.splice(0, field.options.length, ...options);
    for (const item of field.project.items) {
      const value = item.values.get(field.id);
      if (value && 'optionId' in value && !options.some(({ id }) => id === value.optionId))
        item.values.delete(field.id);
    }
  }

  #content(content: NewItem['content']): Item['content'] {
    if (content === null || 'kind' in content) return content;
    const { id } = this.newId('DI');
    return this.keep<DraftIssue>({ kind: 'draft-issue', id, title: content.title, body: content.body ?? '' });
  }
}

/** Who changes what nobody is named for. */
const PERSON = 'robin';

/** The board's field of this name; throws when it has none. */
function fieldOf(project: Project, name: string): Field {
  const field = project.fields.find((candidate) => isSameName(candidate.name, name));
  if (!field) throw new Error(`board "${project.title}" has no field "${name}"`);
  return field;
}

/** Name of the item's option in a single-select field, null when nothing is selected. */
export function optionNameOf(item: Item, field: Field): string | null {
  const value = item.values.get(field.id);
  if (!value || !('optionId' in value)) return null;
  return field.options.find((option) => option.id === value.optionId)?.name ?? null;
}

function optionOf(field: Field, name: string): Option {
  const option = field.options.find((candidate) => candidate.name === name);
  if (!option) throw new Error(`field "${field.name}" has no option "${name}"`);
  return option;
}

function branchField(project: Project): Field {
  const field = project.fields.findLast((candidate) => candidate.type === 'TEXT');
  if (!field) throw new Error(`board "${project.title}" has no text field for a branch`);
  return field;
}
