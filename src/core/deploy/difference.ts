import type { Stack } from '../ports/stacks.ts';

export interface Difference {
  readonly kind: 'added' | 'changed' | 'removed';
  /** Where, such as Resources/PollerFunction/Properties/Timeout, or Parameters of the stack: parameters/StackPrefix. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Side {
  /** As parsed. */
  readonly template: unknown;
  readonly parameters: Stack['parameters'];
  readonly tags: Stack['tags'];
}

/** Returns where two deployments of a stack differ in what was sent: template, parameters and tags. What CloudFormation would do
 *  about it, only a change set knows. */
export function differencesBetween(before: Side, after: Side): Difference[] {
  return [
    ...compare('', before.template, after.template),
    ...compare('parameters', before.parameters, after.parameters),
    ...compare('tags', before.tags, after.tags),
  ];
}

function compare(...[path, before, after]: readonly [string, unknown, unknown]): Difference[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => compare(path === '' ? key : `${path}/${key}`, before[key], after[key]));
  }
  if (canonical(before) === canonical(after)) return [];
  return [{ kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed', path, before, after }];
}

/** JSON in which the order of keys says nothing; that of lists does. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
