import { errorMessage } from '../../errors.ts';
import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../../ports/workspace-files.ts';
import type { CoverageFormatName } from './formats.ts';
import { addCounters, type Counter, countLines, mergeLineHits, type SourceCoverage } from './line-hits.ts';
import { readCoverageReport } from './read-report.ts';

/** What all reports of one format say together. */
export interface Totals {
  readonly format: CoverageFormatName;
  readonly lines: Counter;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
}

/** The rules by which reports give no figure. */
type ReportRule = 'coverage/report-missing' | 'coverage/report-unusable' | 'coverage/reports-disagree';

/** Why reports give no figure; the message is one sentence for people. */
export class UnusableReports extends Error {
  readonly rule: ReportRule;

  constructor(rule: ReportRule, message: string) {
    super(message);
    this.rule = rule;
  }
}

/** Returns the totals of each format, added up file by file. Throws UnusableReports when there is no report, or one is
 *  damaged, contains no lines or contradicts another. */
export function readTotals(reports: readonly ReportFile[]): Totals[] {
  if (reports.length === 0) throw new UnusableReports('coverage/report-missing', 'No coverage report was found.');
  const sources = new Map<CoverageFormatName, Map<string, SourceCoverage>>();
  for (const report of reports) {
    const { format, sources: found } = readOne(report);
    const known = sources.get(format) ?? new Map<string, SourceCoverage>();
    sources.set(format, known);
    for (const source of found) {
      const key = sourceKey(report.path, source.path);
      const before = known.get(key);
      known.set(key, before === undefined ? source : merge(before, source));
    }
  }
  return [...sources].map(([format, found]) => addUp(format, [...found.values()]));
}

function readOne({ path, text }: ReportFile) {
  try {
    return readCoverageReport(text);
  } catch (error) {
    throw new UnusableReports('coverage/report-unusable', `The coverage report ${path} ${errorMessage(error)}.`);
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
  const figures = [one, other].map(({ covered, total }) => `${covered} of ${total} lines`).join(', ');
  throw contradiction(` about ${first.path.slice(0, 200) || 'the whole'} (${figures})`);
}

function larger(one: Counter | null, other: Counter | null): Counter | null {
  if (one === null || other === null) return one ?? other;
  return { covered: Math.max(one.covered, other.covered), total: Math.max(one.total, other.total) };
}

function addUp(format: CoverageFormatName, sources: readonly SourceCoverage[]): Totals {
  const lines = addCounters(sources.map(countLines));
  if (lines === null || lines.total === 0) {
    const message = `The coverage report (${format}) contains no executable line, so nothing was measured.`;
    throw new UnusableReports('coverage/report-unusable', message);
  }
  return {
    format,
    lines,
    functions: addCounters(sources.map(({ functions }) => functions)),
    branches: addCounters(sources.map(({ branches }) => branches)),
    statements: addCounters(sources.map(({ statements }) => statements)),
  };
}

/** Reports of one run that differ by more (in percent of lines) measured different things. */
const TOLERANCE_PCT = 1;

/** Returns the lowest of several formats that agree. Throws UnusableReports when they do not. */
export function chooseTotals(totals: readonly Totals[], thresholdPct: number): Totals {
  const ranked = [...totals].sort((one, other) => linesPct(one) - linesPct(other));
  const [lowest] = ranked;
  const highest = ranked.at(-1);
  if (lowest === undefined || highest === undefined) {
    throw new UnusableReports('coverage/report-missing', 'No coverage report was found.');
  }
  const [low, high] = [linesPct(lowest), linesPct(highest)];
  if (high - low <= TOLERANCE_PCT && low >= thresholdPct === high >= thresholdPct) return lowest;
  throw contradiction(` (${ranked.map((one) => `${one.format} ${formatPct(linesPct(one))}`).join(', ')})`);
}

function contradiction(where: string): UnusableReports {
  const message = `Several coverage reports contradict each other${where}; name the right one under "reports".`;
  return new UnusableReports('coverage/reports-disagree', message);
}

function linesPct({ lines }: Totals): number {
  return toPct(lines) ?? 0;
}

/** Returns a percentage, null when there is nothing to count. Multiplied first, so that whole percentages come out exact. */
export function toPct(counter: Counter | null): number | null {
  return counter === null || counter.total === 0 ? null : (counter.covered * 100) / counter.total;
}
