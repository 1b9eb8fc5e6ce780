import { GitHubError } from '../github-error.ts';
import type { Field, Item } from '../model.ts';
import { optionNameOf } from '../state.ts';
import { isSameName } from '../store.ts';

interface Term {
  readonly negated: boolean;
  /** Null for free text. */
  readonly qualifier: string | null;
  readonly values: readonly string[];
}

/** Qualifiers that GitHub documents and this server leaves out: asking for them must not look like an empty board. */
const NOT_IMPLEMENTED = new Set([
  'assignee',
  'label',
  'milestone',
  'last-updated',
  'updated',
  'created',
  'closed',
  'reason',
  'reviewers',
  'parent-issue',
  'type',
  'has',
]);

/**
 * Filters items with GitHub's board filter: a space means AND, a comma OR, `-` NOT. An unknown column gives no items and no error.
 * Throws NOT_IMPLEMENTED for documented qualifiers that this server leaves out.
 */
export function filterItems(items: readonly Item[], query: string): Item[] {
  const terms = parseFilter(query);
  return items.filter((item) => terms.every((term) => matches(item, term) !== term.negated));
}

function parseFilter(query: string): Term[] {
  const tokens = query.match(/-?[\w.-]+:(?:"[^"]*"|[^\s",]+)(?:,(?:"[^"]*"|[^\s",]+))*|-?"[^"]*"|\S+/g) ?? [];
  return tokens.map((token) => {
    const [, minus, qualifier, list] = /^(-?)([\w.-]+):(.+)$/.exec(token) ?? [];
    if (qualifier === undefined || list === undefined)
      return { negated: false, qualifier: null, values: [unquote(token)] };
    const values = (list.match(/"[^"]*"|[^,]+/g) ?? []).map(unquote);
    return { negated: minus === '-', qualifier: qualifier.toLowerCase(), values };
  });
}

function matches(item: Item, { qualifier, values }: Term): boolean {
  if (qualifier === null)
    return values.some((text) => (item.content?.title ?? '').toLowerCase().includes(text.toLowerCase()));
  if (qualifier === 'is') return values.some((value) => isMatch(item, value.toLowerCase()));
  if (qualifier === 'no') return values.some((value) => fieldText(item, value) === null);
  if (qualifier === 'repo') return values.some((value) => isSameName(repositoryOf(item) ?? '', value));
  if (NOT_IMPLEMENTED.has(qualifier)) {
    throw new GitHubError('NOT_IMPLEMENTED', `local GitHub does not implement the board filter "${qualifier}:"`);
  }
  const value = fieldText(item, qualifier);
  return value !== null && values.some((wanted) => isSameName(value, wanted));
}

function isMatch(item: Item, value: string): boolean {
  const { content } = item;
  const kind = content?.kind ?? 'redacted';
  if (value === 'issue') return kind === 'issue';
  if (value === 'pr') return kind === 'pull-request';
  if (value === 'draft') return kind === 'draft-issue' || (content?.kind === 'pull-request' && content.draft);
  const state = content && 'state' in content ? content.state : null;
  if (value === 'open') return state === 'OPEN';
  if (value === 'closed') return state === 'CLOSED' || state === 'MERGED';
  if (value === 'merged') return state === 'MERGED';
  return false;
}

function repositoryOf({ content }: Item): string | null {
  return content && 'repository' in content ? content.repository.fullName : null;
}

/** A field's value as text; a field name is written in lower case with hyphens. */
function fieldText(item: Item, qualifier: string): string | null {
  const field = item.project.fields.find((candidate) => isSameName(candidate.name.replaceAll(' ', '-'), qualifier));
  return field ? textOf(item, field) : null;
}

function textOf(item: Item, field: Field): string | null {
  if (field.type === 'SINGLE_SELECT') return optionNameOf(item, field);
  const value = item.values.get(field.id);
  if (!value) return null;
  return 'text' in value ? value.text : 'number' in value ? String(value.number) : null;
}

function unquote(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
