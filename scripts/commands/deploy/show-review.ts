import type { ResourceChange } from '../../../src/core/deploy/change-set.ts';
import type { Risk } from '../../../src/core/deploy/review-rules.ts';
import type { Round } from '../../../src/flows/operate/deploy/deploy-stacks.ts';
import type { PreparedStack } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { columnsOf, wrapWords } from '../../terminal/text-width.ts';

const LONGEST_VALUE = 200;

/** Returns a review for people: per stack what is added, modified, replaced and removed, with values, and what is risky in it; in lines
 *  no wider than the terminal. */
export function formatReview({ prepared, later }: Round): string {
  const waiting = later.map(({ stackName, producers }) =>
    wrap(
      producers.length === 0
        ? `${stackName}: its rest is planned once it has made the bucket for the code of its functions.`
        : `${stackName}: planned after ${producers.join(', ')}, whose exports it imports.`,
    ),
  );
  return [...prepared.map(formatStack), ...waiting].join('\n');
}

function formatStack({ packaged, before, changeSet, risks }: PreparedStack): string {
  const { stackName } = packaged;
  if (changeSet === null) return `${stackName}: nothing changes.\n`;
  const kind = before === null ? 'new stack' : 'update';
  if (changeSet.changes.length === 0 && risks.length === 0)
    return `${stackName} (${kind}): no resource changes, only outputs or tags.\n`;
  return `${stackName} (${kind})\n${formatChanges(changeSet.changes)}${formatRisks(risks)}`;
}

/** Resources in columns where all of them fit, each with what changes in it below. */
function formatChanges(changes: readonly ResourceChange[]): string {
  const verbs = Math.max(...changes.map((change) => verbOf(change).length));
  const names = Math.max(...changes.map(({ logicalId }) => logicalId.length));
  const lines = changes.map((change) => {
    const { logicalId, type } = change;
    const line = `  ${verbOf(change).padEnd(verbs)}  ${logicalId.padEnd(names)}  ${type}`;
    return { change, line, isWide: line.length > columnsOf(process.stderr) };
  });
  const isWide = lines.some((one) => one.isWide);
  return lines
    .map(({ change, line }) => {
      const title = isWide ? `  ${verbOf(change).padEnd(verbs)}  ${change.logicalId}\n      ${change.type}` : line;
      return `${title}\n${detailsOf(change)
        .map((detail) => wrap(`      ${detail}`))
        .join('')}`;
    })
    .join('');
}

/** Returns one line per risk, each with the name by which it is allowed. */
export function formatRisks(risks: readonly Risk[]): string {
  return risks
    .map(({ rule, subject, what }) => `! ${rule}: ${subject === null ? '' : `${subject}: `}${what}`)
    .map((line) => wrap(`  ${line}`))
    .join('');
}

function verbOf({ action, replacement }: ResourceChange): string {
  if (action !== 'Modify') return action.toLowerCase();
  if (replacement === 'True') return 'replace';
  return replacement === 'False' ? 'modify' : 'modify or replace';
}

function detailsOf(change: ResourceChange): string[] {
  const details = change.properties.map(({ path, before, after, cause }) => {
    const values = { before: before ?? scalarAt(change.before, path), after: after ?? scalarAt(change.after, path) };
    return values.before === null && values.after === null
      ? `${path}${cause === null ? '' : ` (${cause})`}`
      : `${path}: ${shorten(values.before)} -> ${shorten(values.after)}`;
  });
  return details.length > 0 ? [...new Set(details)] : [...change.scope];
}

/** Returns the text, number or truth value at a path such as /Properties/MemorySize; null for anything else: lists are too long. */
function scalarAt(value: unknown, path: string): string | null {
  let at = value;
  for (const key of path.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null;
    at = Reflect.get(at, key);
  }
  return ['string', 'number', 'boolean'].includes(typeof at) ? String(at) : null;
}

function shorten(value: string | null): string {
  if (value === null) return 'nothing';
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}

/** A paragraph with its line end, indented as it begins, and further where it goes on. */
function wrap(text: string): string {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines = wrapWords(text.trim(), { width: columnsOf(process.stderr) - indent.length, indent: '  ' });
  return `${lines.replace(/^/gm, indent)}\n`;
}
