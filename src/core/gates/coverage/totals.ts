import { errorMessage } from '../../errors.ts';
import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../../ports/workspace-files.ts';
import type { CoverageFormatName } from './formats.ts';
import type { Counter, SourceCoverage } from './line-hits.ts';
import { type CoverageReport, openCoverageReport } from './read-report.ts';
import { type SourceTree, sourceKey } from './source-key.ts';
import { Contradiction, createSourceStore, MOST_SOURCES, type SourceStore } from './source-totals.ts';
import { type ReadReport, withoutParts } from './whole-reports.ts';

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

/** Returns the totals of each format, added up file by file; `tree` is where their source files lie, where that is known.
 *  Throws UnusableReports when there is no report, or one is damaged, contains no lines or contradicts another. */
export function readTotals(reports: readonly ReportFile[], tree?: SourceTree): Totals[] {
  if (reports.length === 0) throw new UnusableReports('coverage/report-missing', 'No coverage report was found.');
  const stores = new Map<CoverageFormatName, SourceStore>();
  const withParts: ReadReport[] = [];
  for (const { path, bytes } of reports) {
    if (isEmptyTracefile({ path, bytes })) {
      stores.set('LCOV', stores.get('LCOV') ?? createSourceStore());
      continue;
    }
    const report = describing(path, () => openCoverageReport(bytes));
    if (report.format === 'JaCoCo') withParts.push({ path, sources: describing(path, () => readAll(report)) });
    else addTo(stores, { path, tree, ...report });
  }
  for (const { path, sources } of withoutParts(withParts))
    addTo(stores, { path, tree, format: 'JaCoCo', read: (onSource) => sources.forEach(onSource) });
  const totals = [...stores].map(([format, store]) => addUp(format, store));
  const measured = totals.filter((each) => each !== null);
  if (measured.length > 0) return measured;
  const message = `The coverage report (${[...stores.keys()].join(', ')}) contains no executable line, so nothing was measured.`;
  throw new UnusableReports('coverage/report-unusable', message);
}

/** Tools that write LCOV leave such a file for a package in which nothing is measured. */
function isEmptyTracefile({ path, bytes }: ReportFile): boolean {
  if (!path.endsWith('.info') || bytes.length > 1024) return false;
  return /^\s*(?:TN:[^\n]*\s*)?$/.test(new TextDecoder().decode(bytes));
}

function addTo(
  stores: Map<CoverageFormatName, SourceStore>,
  { path, tree, format, read }: CoverageReport & { path: string; tree: SourceTree | undefined },
): void {
  const store = stores.get(format) ?? createSourceStore();
  stores.set(format, store);
  // Go names a file by its module, whichever package was tested.
  const keyOf = (source: string) =>
    format === 'Go cover profile' ? source : sourceKey({ report: path, source }, tree);
  describing(path, () => read((source) => store.add(keyOf(source.path), source)));
}

/** What JaCoCo says of a source file is a few figures. */
function readAll({ read }: CoverageReport): SourceCoverage[] {
  const sources: SourceCoverage[] = [];
  read((source) => {
    if (sources.length >= MOST_SOURCES) throw new Error(`names more than ${MOST_SOURCES} source files`);
    sources.push(source);
  });
  return sources;
}

function describing<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof Contradiction) throw contradiction(` ${error.message}`);
    throw new UnusableReports('coverage/report-unusable', `The coverage report ${path} ${errorMessage(error)}.`);
  }
}

/** Null where a format's reports name no executable line. */
function addUp(format: CoverageFormatName, store: SourceStore): Totals | null {
  const { lines, functions, branches, statements } = store.totals();
  if (lines === null || lines.total === 0) return null;
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
