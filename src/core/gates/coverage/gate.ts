import { isWorkerError, WorkerError } from '../../errors.ts';
import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../tests.ts';
import { readCoverage } from './formats.ts';
import { addCounters, type Counter, type CoverageFormat, mergeLineHits, type SourceCoverage } from './line-hits.ts';

export interface CoverageVerdict {
  readonly kind: 'met' | 'below' | 'unknown';
  /** Percent of executable lines; null when unknown. */
  readonly linesPct: number | null;
  readonly functionsPct: number | null;
  readonly branchesPct: number | null;
  readonly statementsPct: number | null;
  readonly thresholdPct: number;
  /** One sentence for people. */
  readonly reason: string;
}

interface Totals {
  readonly format: CoverageFormat;
  readonly lines: Counter;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
}

/** Reports of one run that differ by more (in percent of lines) tell of different things. */
const TOLERANCE_PCT = 1;

/** Returns whether line coverage meets the threshold. Reports of several packages are added up, file by file; what is
 *  absent, damaged, without lines or contradictory makes it unknown, which is never met. */
export function evaluateCoverage(request: { files: readonly ReportFile[]; thresholdPct: number }): CoverageVerdict {
  const { files, thresholdPct } = request;
  try {
    const totals = chooseTotals(readAll(files), thresholdPct);
    const linesPct = toPct(totals.lines) ?? 0;
    const met = linesPct >= thresholdPct;
    return {
      kind: met ? 'met' : 'below',
      linesPct,
      functionsPct: toPct(totals.functions),
      branchesPct: toPct(totals.branches),
      statementsPct: toPct(totals.statements),
      thresholdPct,
      reason: `Line coverage is ${formatPct(linesPct)} (${totals.lines.covered} of ${totals.lines.total} lines), ${met ? 'at or above' : 'below'} the threshold of ${formatPct(thresholdPct)}.`,
    };
  } catch (error) {
    if (!isWorkerError(error, 'COVERAGE_UNREADABLE')) throw error;
    return unknownCoverage(error.what, thresholdPct);
  }
}

/** Returns the verdict of a run without a usable figure; `reason` is one sentence for people. */
export function unknownCoverage(reason: string, thresholdPct: number): CoverageVerdict {
  return {
    kind: 'unknown',
    linesPct: null,
    functionsPct: null,
    branchesPct: null,
    statementsPct: null,
    thresholdPct,
    reason,
  };
}

function unusable(what: string): WorkerError {
  return new WorkerError({
    code: 'COVERAGE_UNREADABLE',
    what,
    remedy: 'Let the coverage command write one whole report, and name it under "reports" of .kiro-worker.yml.',
  });
}

function readAll(files: readonly ReportFile[]): Totals[] {
  if (files.length === 0) throw unusable('No coverage report was found.');
  const sources = new Map<CoverageFormat, Map<string, SourceCoverage>>();
  for (const file of files) {
    const { format, sources: found } = readOne(file);
    const known = sources.get(format) ?? new Map<string, SourceCoverage>();
    sources.set(format, known);
    for (const source of found) {
      const key = sourceKey(file.path, source.path);
      const before = known.get(key);
      known.set(key, before === undefined ? source : merge(before, source));
    }
  }
  return [...sources].map(([format, found]) => addUp(format, [...found.values()]));
}

function readOne({ path, text }: ReportFile) {
  try {
    return readCoverage(text);
  } catch (error) {
    throw unusable(`The coverage report ${path} ${error instanceof Error ? error.message : 'is unreadable'}.`);
  }
}

/** Packages of one repository may name a file alike (`src/index.ts`), each seen from its own folder: the one above the
 *  report's folder `coverage`, or else the report's own. */
function sourceKey(reportPath: string, sourcePath: string): string {
  const parts = reportPath.split('/').slice(0, -1);
  const at = parts.findIndex((part) => /^(?:coverage|reports|target|build|\.nyc_output)$/.test(part));
  const base = (at < 0 ? parts : parts.slice(0, at)).join('/');
  const path = sourcePath.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (path === '') return `report ${reportPath}`;
  return /^(?:\/|[A-Za-z]:\/)/.test(path) || base === '' ? path : `${base}/${path}`;
}

function merge(first: SourceCoverage, second: SourceCoverage): SourceCoverage {
  return {
    path: first.path,
    lines: mergeLines(first, second),
    functions: larger(first.functions, second.functions),
    branches: larger(first.branches, second.branches),
    statements: larger(first.statements, second.statements),
  };
}

function mergeLines(first: SourceCoverage, second: SourceCoverage): SourceCoverage['lines'] {
  if (first.lines instanceof Map && second.lines instanceof Map)
    return mergeLineHits([...first.lines, ...second.lines]);
  const [one, other] = [countLines(first), countLines(second)];
  if (one.covered === other.covered && one.total === other.total) return one;
  throw unusable(
    `Several coverage reports contradict each other about ${first.path.slice(0, 200) || 'the whole'} (${one.covered} of ${one.total} lines, ${other.covered} of ${other.total}); name the right one under "reports".`,
  );
}

function countLines({ lines }: SourceCoverage): Counter {
  if (!(lines instanceof Map)) return lines as Counter;
  let covered = 0;
  for (const hit of lines.values()) if (hit) covered += 1;
  return { covered, total: lines.size };
}

function larger(one: Counter | null, other: Counter | null): Counter | null {
  if (one === null || other === null) return one ?? other;
  return { covered: Math.max(one.covered, other.covered), total: Math.max(one.total, other.total) };
}

function addUp(format: CoverageFormat, sources: readonly SourceCoverage[]): Totals {
  const lines = addCounters(sources.map(countLines));
  if (lines === null || lines.total === 0) {
    throw unusable(`The coverage report (${format}) holds no executable line, so nothing was measured.`);
  }
  return {
    format,
    lines,
    functions: addCounters(sources.map(({ functions }) => functions)),
    branches: addCounters(sources.map(({ branches }) => branches)),
    statements: addCounters(sources.map(({ statements }) => statements)),
  };
}

/** Of several formats that agree, the lowest; formats that do not agree tell nothing. */
function chooseTotals(totals: readonly Totals[], thresholdPct: number): Totals {
  const ranked = [...totals].sort((one, other) => (toPct(one.lines) ?? 0) - (toPct(other.lines) ?? 0));
  const [lowest] = ranked;
  const highest = ranked.at(-1);
  if (lowest === undefined || highest === undefined) throw unusable('No coverage report was found.');
  const [low, high] = [toPct(lowest.lines) ?? 0, toPct(highest.lines) ?? 0];
  if (high - low > TOLERANCE_PCT || low >= thresholdPct !== high >= thresholdPct) {
    const figures = ranked.map(({ format, lines }) => `${format} ${formatPct(toPct(lines) ?? 0)}`).join(', ');
    throw unusable(`Several coverage reports contradict each other (${figures}); name the right one under "reports".`);
  }
  return lowest;
}

/** Multiplied first, so that whole percentages come out exact. */
function toPct(counter: Counter | null): number | null {
  return counter === null || counter.total === 0 ? null : (counter.covered * 100) / counter.total;
}
