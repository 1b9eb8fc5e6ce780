import { lcovParser } from '@friedemannsommer/lcov-parser/sync';
import { type Counter, type CoverageReport, mergeLineHits, type SourceCoverage } from './line-hits.ts';
import { readXmlCoverage } from './xml-formats.ts';

/** Returns what a coverage report says; the format is recognised by its content. Throws an Error whose message is a
 *  clause for people when the text is empty, of no known format, damaged, or holds impossible figures. */
export function readCoverage(text: string): CoverageReport {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (start === '') throw new Error('is empty');
  const report = recognise(start);
  for (const { lines, functions, branches, statements } of report.sources) {
    for (const counter of [lines instanceof Map ? null : (lines as Counter), functions, branches, statements]) {
      if (counter !== null && !isPossible(counter)) {
        throw new Error(`holds impossible figures (${counter.covered} covered of ${counter.total})`);
      }
    }
  }
  return report;
}

function recognise(start: string): CoverageReport {
  if (start.startsWith('<')) return readXmlCoverage(start);
  if (start.startsWith('{')) return { format: 'Istanbul summary', sources: readIstanbul(start) };
  if (/^mode: (?:set|count|atomic)\s/.test(start)) return { format: 'Go profile', sources: readGo(start) };
  if (/^(?:TN|SF|VER|#)/.test(start) && /^SF:/m.test(start)) return { format: 'LCOV', sources: readLcov(start) };
  throw new Error('is in no known format (LCOV, Cobertura, JaCoCo, Clover, Istanbul summary, Go profile)');
}

function readLcov(text: string): SourceCoverage[] {
  if (!/(?:^|\n)end_of_record\s*$/.test(text)) throw new Error('is cut short (its last line is not "end_of_record")');
  const odd = /^(?:DA:(?!\d+,-?\d+(?:,|\s*$))|(?:LF|LH|BRF|BRH|FNF|FNH):(?!\d+\s*$)).*$/m.exec(text);
  if (odd !== null) throw new Error(`holds a line that is no figure: ${odd[0].slice(0, 60)}`);
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

function readIstanbul(text: string): SourceCoverage[] {
  let value: Record<string, Record<string, { covered?: unknown; total?: unknown }>>;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('is not valid JSON');
  }
  if (typeof value.total?.lines !== 'object')
    throw new Error('is JSON, but no Istanbul summary ("total.lines" is missing)');
  const files = Object.entries(value).filter(([path]) => path !== 'total');
  return (files.length > 0 ? files : [['', value.total] as const]).map(([path, figures]) => {
    const counter = (kind: string): Counter => ({
      covered: wholeNumber(figures?.[kind]?.covered),
      total: wholeNumber(figures?.[kind]?.total),
    });
    return {
      path,
      lines: counter('lines'),
      functions: counter('functions'),
      branches: counter('branches'),
      statements: counter('statements'),
    };
  });
}

/** A Go profile counts statements in blocks; they stand for its lines. A block may come once per tested package. */
function readGo(text: string): SourceCoverage[] {
  const files = new Map<string, Map<string, { count: number; hit: boolean }>>();
  for (const line of text.split('\n').slice(1)) {
    if (line.trim() === '' || line.startsWith('mode: ')) continue;
    const match = /^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)\s*$/.exec(line);
    if (match === null) throw new Error(`holds a line that is no block: ${line.slice(0, 60)}`);
    const [, path = '', range = '', statements, hits] = match;
    const blocks = files.get(path) ?? new Map<string, { count: number; hit: boolean }>();
    files.set(path, blocks);
    blocks.set(range, { count: Number(statements), hit: Number(hits) > 0 || blocks.get(range)?.hit === true });
  }
  return [...files].map(([path, blocks]) => {
    const all = [...blocks.values()];
    const sum = (some: typeof all) => some.reduce((total, { count }) => total + count, 0);
    const lines = { covered: sum(all.filter(({ hit }) => hit)), total: sum(all) };
    return { path, lines, functions: null, branches: null, statements: lines };
  });
}

function isPossible({ covered, total }: Counter): boolean {
  return Number.isSafeInteger(covered) && Number.isSafeInteger(total) && covered >= 0 && covered <= total;
}

function wholeNumber(value: unknown): number {
  if (typeof value !== 'number')
    throw new Error(`holds a figure that is none (${String(JSON.stringify(value)).slice(0, 30)})`);
  return value;
}
