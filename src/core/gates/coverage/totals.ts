import { errorMessage } from '../../errors.ts';
import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../../ports/workspace-files.ts';
import type { CoverageFormatName } from './formats.ts';
import type { Counter } from './line-hits.ts';
import { openCoverageReport } from './read-report.ts';
import { Contradiction, createSourceStore, type SourceStore } from './source-totals.ts';

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
  const stores = new Map<CoverageFormatName, SourceStore>();
  for (const report of reports) readOne(report, stores);
  return [...stores].map(([format, store]) => addUp(format, store));
}

function readOne({ path, bytes }: ReportFile, stores: Map<CoverageFormatName, SourceStore>): void {
  try {
    const report = openCoverageReport(bytes);
    const store = stores.get(report.format) ?? createSourceStore();
    stores.set(report.format, store);
    report.read((source) => store.add(sourceKey(path, source.path), source));
  } catch (error) {
    if (error instanceof Contradiction) throw contradiction(` ${error.message}`);
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

function addUp(format: CoverageFormatName, store: SourceStore): Totals {
  const { lines, functions, branches, statements } = store.totals();
  if (lines === null || lines.total === 0) {
    const message = `The coverage report (${format}) contains no executable line, so nothing was measured.`;
    throw new UnusableReports('coverage/report-unusable', message);
  }
  return { format, lines, functions, branches, statements };
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
