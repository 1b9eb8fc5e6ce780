import { errorMessage } from '../../errors.ts';
import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../../ports/workspace-files.ts';
import type { CoverageFormatName } from './formats.ts';
import { type Counter, countLines, type SourceCoverage, toPct } from './line-hits.ts';
import { describeForeign, type ForeignSources, type KeyOf, keysIn } from './own-sources.ts';
import { type CoverageReport, openCoverageReport } from './read-report.ts';
import type { SourceTree } from './source-key.ts';
import { Contradiction, createSourceStore, LONGEST_PATH, MOST_SOURCES, type SourceStore } from './source-totals.ts';
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

/** Returns the totals of each format, added up file by file, and which source files do not count, as they are not the repository's own;
 *  `tree` is where its source files lie, where that is known. Throws UnusableReports when there is no report, or one is damaged, contains
 *  no lines of the repository or contradicts another. */
export function readTotals(
  reports: readonly ReportFile[],
  tree?: SourceTree,
): { totals: Totals[]; foreign: ForeignSources } {
  if (reports.length === 0) throw new UnusableReports('coverage/report-missing', 'No coverage report was found.');
  const stores: Stores = { byFormat: new Map(), keyOf: keysIn(tree), foreign: new Set() };
  const withParts: ReadReport[] = [];
  for (const { path, bytes } of reports) {
    if (isEmptyTracefile({ path, bytes })) {
      storeOf(stores, 'LCOV');
      continue;
    }
    const report = describing(path, () => openCoverageReport(bytes));
    if (report.format === 'JaCoCo') withParts.push({ path, sources: describing(path, () => readAll(report)) });
    else addTo(stores, { path, ...report });
  }
  for (const { path, sources } of withoutParts(withParts))
    addTo(stores, { path, format: 'JaCoCo', read: (onSource) => sources.forEach(onSource) });
  const { byFormat } = stores;
  const foreign = { count: stores.foreign.size, examples: [...stores.foreign].slice(0, 3) };
  const totals = [...byFormat].map(([format, store]) => addUp(format, store));
  const measured = totals.filter((each) => each !== null);
  if (measured.length > 0) return { totals: measured, foreign };
  throw new UnusableReports('coverage/report-unusable', describeEmpty([...byFormat.keys()], foreign));
}

function describeEmpty(formats: readonly CoverageFormatName[], foreign: ForeignSources): string {
  const report = `The coverage report (${formats.join(', ')})`;
  if (foreign.count === 0) return `${report} contains no executable line, so nothing was measured.`;
  return `${report} contains no executable line of the repository, only ${describeForeign(foreign)}, so nothing was measured.`;
}

interface Stores {
  readonly byFormat: Map<CoverageFormatName, SourceStore>;
  readonly keyOf: (format: CoverageFormatName) => KeyOf;
  /** Paths of source files that do not count, as reports write them. */
  readonly foreign: Set<string>;
}

function storeOf({ byFormat }: Stores, format: CoverageFormatName): SourceStore {
  const store = byFormat.get(format) ?? createSourceStore();
  byFormat.set(format, store);
  return store;
}

/** Returns whether it is what tools that write LCOV leave for a package in which nothing is measured. */
export function isEmptyTracefile({ path, bytes }: ReportFile): boolean {
  if (!path.endsWith('.info') || bytes.length > 1024) return false;
  return /^\s*(?:TN:[^\n]*\s*)?$/.test(new TextDecoder().decode(bytes));
}

function addTo(stores: Stores, { path, format, read }: CoverageReport & { path: string }): void {
  const store = storeOf(stores, format);
  const keyOf = stores.keyOf(format);
  const take = (source: SourceCoverage) => {
    const key = keyOf({ report: path, source: source.path, folders: source.folders });
    if (key !== null) store.add(key, source);
    else if (countLines(source.lines).total > 0) leaveOut(stores.foreign, source.path);
  };
  describing(path, () => read(take));
}

function leaveOut(foreign: Set<string>, path: string): void {
  if (foreign.size >= MOST_SOURCES) throw new Error(`names more than ${MOST_SOURCES} source files`);
  foreign.add(path.slice(0, LONGEST_PATH));
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
