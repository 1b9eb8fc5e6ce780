import { lcovParser } from '@friedemannsommer/lcov-parser/sync';
import { mergeLineHits, type SourceCoverage } from './line-hits.ts';

/** Returns what an LCOV tracefile says of each source file. Throws an Error whose message is a clause for people. */
export function readLcov(text: string): SourceCoverage[] {
  if (!/(?:^|\n)end_of_record\s*$/.test(text)) throw new Error('is cut short (its last line is not "end_of_record")');
  const odd = /^(?:DA:(?!\d+,-?\d+(?:,|\s*$))|(?:LF|LH|BRF|BRH|FNF|FNH):(?!\d+\s*$)).*$/m.exec(text);
  if (odd !== null) throw new Error(`contains a line whose value is not a number: ${odd[0].slice(0, 60)}`);
  return lcovParser({ from: text }).map(({ path, lines, functions, branches }) => ({
    path,
    lines:
      lines.details.length > 0
        ? mergeLineHits(lines.details.map(({ line, hit }) => [String(line), hit > 0]))
        : { covered: lines.hit, total: lines.instrumented },
    functions: { covered: functions.hit, total: functions.instrumented },
    branches: { covered: branches.hit, total: branches.instrumented },
    statements: null,
  }));
}
