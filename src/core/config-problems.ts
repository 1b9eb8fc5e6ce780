import type * as z from 'zod';
import { agentProblems } from './agent/settings-problems.ts';
import { DESTINATION_COLUMNS, DestinationColumns, targetColumn } from './board-columns.ts';
import { fields } from './json-lines.ts';

/** One line per problem of a zod issue: the field's path, what is wrong, and the value that stands there. */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: is not a known setting`);
  }
  const field = issue.path.length === 0 ? '(whole)' : issue.path.join('.');
  const value = issue.path.reduce<unknown>((at, key) => Reflect.get(fields(at), key), root);
  return [
    `${field}: ${inPlainWords(issue)}${value === undefined ? ' (nothing is there)' : ` (it is ${shorten(value)})`}`,
  ];
}

/** Zod's own words speak of types of programs; ours of what to write. */
function inPlainWords(issue: z.core.$ZodIssue): string {
  if (!/^(?:Invalid|Too (?:small|big))\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `must be ${issue.minimum} or more${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be ${issue.maximum} or less${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'email' ? 'must be an e-mail address' : 'is not written as it must be';
    default:
      return 'is not one of the allowed forms';
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object: {"name": value}',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}

/** What git would read as an address: `scheme:`, `host:path`; a Windows drive is a folder. */
const REMOTE = /^(?![A-Za-z]:[\\/])[^/.][^/]*:/;

/** What several fields say together; looked for whatever else is wrong, so that all problems come at once. */
export function crossFieldProblems(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { organization, user, power, targetStatusColumn, agent, ...others } = fields(value);
  const problems: string[] = agentProblems(agent);
  if (organization === undefined && user === undefined) {
    problems.push('organization: organization or user is required (nothing is there)');
  }
  if (organization !== undefined && user !== undefined) {
    problems.push(
      `organization: give organization or user, not both (it is ${shorten(organization)}, user is ${shorten(user)})`,
    );
  }
  const { source, ref } = fields(power);
  if (typeof source === 'string' && REMOTE.test(source)) {
    if (!/^https:\/\/[^@\s]+$/i.test(source)) {
      const shown = source.includes('@')
        ? 'it is not repeated, as it may contain a credential'
        : `it is ${shorten(source)}`;
      problems.push(`power.source: must be an https:// address without credentials, or a folder (${shown})`);
    }
    if (ref === undefined) problems.push('power.ref: is required for a git repository (nothing is there)');
  }
  const target = targetColumn.safeParse(targetStatusColumn).data;
  const destinations = DESTINATION_COLUMNS.map(
    (setting) => DestinationColumns.shape[setting].safeParse(others[setting]).data,
  );
  if (target !== undefined && destinations.some((name) => name && fold(name) === fold(target))) {
    problems.push(`targetStatusColumn: must differ from the other columns (it is ${shorten(target)})`);
  }
  return problems;
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
