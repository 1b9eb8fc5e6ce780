import { shorten } from '../../../src/core/markdown.ts';
import type { Check, CheckState } from '../../../src/core/setup/check.ts';
import { formatTable } from '../../terminal/table.ts';

const WORDS: Readonly<Record<CheckState, string>> = {
  passed: 'pass',
  warning: 'warn',
  failed: 'FAIL',
  unknown: 'unknown',
};

/** All of it is in the JSON. */
const LONGEST = 400;

/** Returns checks as a table for people, each with what to do unless it passed. */
export function formatChecks(checks: readonly Check[]): string {
  return formatTable({
    head: ['Check', 'State', 'What was found'],
    rows: checks.map(({ name, state, detail, remedy }) => [
      name,
      WORDS[state],
      remedy === null
        ? shorten(detail, LONGEST)
        : `${shorten(detail, LONGEST).replace(/[.…]?$/, '.')} What to do: ${remedy}`,
    ]),
  });
}
