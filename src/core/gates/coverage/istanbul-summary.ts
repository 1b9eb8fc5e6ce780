import { type Fields, fields } from '../../json-lines.ts';
import { readMembers } from './json-members.ts';
import type { Counter, OnSource, SourceCoverage } from './line-hits.ts';

/** A source file has four figures of four or five numbers each. */
const BOUNDS = { tokens: 500, pieces: 1, depth: 10, kind: 'an Istanbul summary' };

/** Hands over what Istanbul's coverage-summary.json says of each source file, or of the whole where it names no files.
 *  Throws an Error whose message is a clause for people. */
export function readIstanbulSummary(bytes: Uint8Array, onSource: OnSource): void {
  let total: Fields | null = null;
  let files = 0;
  let unusable: unknown = null;
  const onMember = (name: string, value: unknown) => {
    if (name === 'total') total = fields(value);
    else files += 1;
    // Of some other JSON, the missing total says more than a figure that is none.
    if (unusable !== null) return;
    try {
      if (name !== 'total') onSource(readFile(name, fields(value)));
    } catch (error) {
      unusable = error;
    }
  };
  readMembers(bytes, { bounds: BOUNDS, onMember });
  const whole = fields(total);
  if (typeof whole.lines !== 'object')
    throw new Error('is JSON, but not an Istanbul summary ("total.lines" is missing)');
  if (unusable !== null) throw unusable;
  if (files === 0) onSource(readFile('', whole));
}

function readFile(path: string, figures: Fields): SourceCoverage {
  return {
    path,
    lines: readCounter(figures.lines),
    functions: readCounter(figures.functions),
    branches: readCounter(figures.branches),
    statements: readCounter(figures.statements),
  };
}

function readCounter(value: unknown): Counter {
  const { covered, total } = fields(value);
  return { covered: readNumber(covered), total: readNumber(total) };
}

function readNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error(`contains a value that is not a number (${String(JSON.stringify(value)).slice(0, 30)})`);
}
