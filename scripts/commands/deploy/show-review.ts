import type { ResourceChange } from '../../../src/core/deploy/change-set.ts';
import type { Risk } from '../../../src/core/deploy/review-rules.ts';
import type { Round } from '../../../src/flows/operate/deploy/deploy-stacks.ts';
import type { PreparedStack } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { formatTable } from '../../terminal/table.ts';

const LONGEST_VALUE = 200;

/** Returns a review for people: per stack what is added, modified, replaced and removed, with values, and what is risky in it. */
export function formatReview({ prepared, later }: Round): string {
  const waiting = later.map(({ stackName, producers }) =>
    producers.length === 0
      ? `${stackName}: its rest is planned once it has made the bucket for the code of its functions.\n`
      : `${stackName}: planned after ${producers.join(', ')}, whose exports it imports.\n`,
  );
  return [...prepared.map(formatStack), ...waiting].join('\n');
}

function formatStack({ packaged, before, changeSet, risks }: PreparedStack): string {
  const { stackName } = packaged;
  if (changeSet === null) return `${stackName}: nothing changes.\n`;
  const kind = before === null ? 'new stack' : 'update';
  if (changeSet.changes.length === 0 && risks.length === 0)
    return `${stackName} (${kind}): no resource changes, only outputs or tags.\n`;
  const table = formatTable({
    head: ['Change', 'Resource', 'Type', 'What'],
    rows: changeSet.changes.map((change) => [verbOf(change), change.logicalId, change.type, detailsOf(change)]),
  });
  return `${stackName} (${kind})\n${table}\n${formatRisks(risks)}`;
}

/** Returns one line per risk, each with the name by which it is allowed. */
export function formatRisks(risks: readonly Risk[]): string {
  return risks
    .map(({ rule, subject, what }) => `  ! ${rule}: ${subject === null ? '' : `${subject}: `}${what}\n`)
    .join('');
}

function verbOf({ action, replacement }: ResourceChange): string {
  if (action !== 'Modify') return action.toLowerCase();
  if (replacement === 'True') return 'replace';
  return replacement === 'False' ? 'modify' : 'modify or replace';
}

function detailsOf({ properties, scope }: ResourceChange): string {
  const details = properties.map(({ path, before, after, cause }) =>
    before === null && after === null
      ? `${path}${cause === null ? '' : ` (${cause})`}`
      : `${path}: ${shorten(before)} -> ${shorten(after)}`,
  );
  return (details.length > 0 ? [...new Set(details)] : scope).join('; ');
}

function shorten(value: string | null): string {
  if (value === null) return 'nothing';
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}
