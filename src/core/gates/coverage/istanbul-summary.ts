import { type Fields, fields } from '../../json-lines.ts';
import type { Counter, SourceCoverage } from './line-hits.ts';

/** Returns what Istanbul's coverage-summary.json says of each source file, or of the whole where it names no files.
 *  Throws an Error whose message is a clause for people. */
export function readIstanbulSummary(text: string): SourceCoverage[] {
  const summary = fields(parseJson(text));
  if (typeof fields(summary.total).lines !== 'object')
    throw new Error('is JSON, but not an Istanbul summary ("total.lines" is missing)');
  const files = Object.entries(summary).filter(([path]) => path !== 'total');
  if (files.length === 0) return [readFile('', fields(summary.total))];
  return files.map(([path, figures]) => readFile(path, fields(figures)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not valid JSON');
  }
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
