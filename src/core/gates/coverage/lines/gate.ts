import { formatPct } from '../../../markdown.ts';
import type { ReportFile } from '../../../ports/workspace-files.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { Gate, GateResult } from '../../gate.ts';
import { type Policies, resultByPolicy } from '../../policy.ts';
import type { LineTotal } from '../gate.ts';
import { type Counter, toPct } from '../line-hits.ts';
import { bareProduct, type ChangedFile, type JudgedFile, judgeFiles } from './judge-files.ts';
import type { CommitTree } from './locate.ts';
import { formatRanges, type Range, toRanges } from './ranges.ts';
import { readReportedLines } from './reported-lines.ts';

export interface ChangedLinesInput {
  /** The base line to the head. */
  readonly files: readonly ChangedFile[];
  /** Where the branch left its base, to the head. */
  readonly filesOfBranch: readonly ChangedFile[];
  /** Files that were too large to be compared. */
  readonly unread: readonly string[];
  readonly reports: readonly ReportFile[];
  /** Files of the head. */
  readonly tree: CommitTree;
  readonly thresholdPct: number;
  /** At the head. */
  readonly total: LineTotal | null;
  /** At the base line; null where that was not measured. */
  readonly totalBefore: LineTotal | null;
  readonly policies: Policies;
}

/** Changed lines of one file that no test executes. */
export interface UncoveredFile {
  readonly path: string;
  readonly ranges: readonly Range[];
}

export interface ChangedLinesResult extends GateResult<'changed-lines'> {
  /** Changed lines that can run, since the base line. */
  readonly lines: Counter;
  /** The same since the branch left its base, with what people changed on it. */
  readonly linesOfBranch: Counter;
  readonly thresholdPct: number;
  /** Files with the most such lines come first. */
  readonly uncovered: readonly UncoveredFile[];
}

/** Coverage moves by so many points where nobody did anything about it. */
const TOLERATED_POINTS = 0.5;
const SHOWN_FILES = 5;
const SHOWN_RANGES = 8;

/** Decides whether tests execute enough of the lines that the run changed, and whether coverage of the whole has not fallen. */
export const changedLinesGate: Gate<ChangedLinesInput, ChangedLinesResult> = {
  name: 'changed-lines',
  evaluate(input) {
    const { reports, tree, files, filesOfBranch, unread, thresholdPct, policies } = input;
    const bare = bareProduct([...filesOfBranch, ...files]);
    const reported = readReportedLines(reports, { tree, wanted: bare });
    const judged = judgeFiles(files, { bare, reported });
    const lines = sum(judged.files);
    const uncovered = uncoveredIn(judged.files);
    const unknown = [...judged.unknown].map(([path, why]) => `${path}: ${why}`);
    const unsure = [...reported.problems, ...unread.map((path) => `${path} is too large to be compared`), ...unknown];
    const detail = describe({ lines, thresholdPct, isUnsure: unsure.length > 0 });
    const findings = [
      ...findUncovered({ lines, uncovered, thresholdPct }),
      ...findLowered(input),
      ...(unsure.length === 0 ? [] : [createFinding('changed-lines/unknown', { message: describeUnsure(unsure) })]),
    ];
    return {
      ...resultByPolicy({ gate: 'changed-lines', detail, findings }, policies),
      lines,
      linesOfBranch: sum(judgeFiles(filesOfBranch, { bare, reported }).files),
      thresholdPct,
      uncovered,
    };
  },
};

function sum(files: readonly JudgedFile[]): Counter {
  const covered = files.reduce((all, file) => all + file.covered, 0);
  return { covered, total: files.reduce((all, file) => all + file.uncoveredCount, covered) };
}

function uncoveredIn(files: readonly JudgedFile[]): UncoveredFile[] {
  return files
    .filter((file) => file.uncovered.length > 0)
    .sort((one, other) => other.uncoveredCount - one.uncoveredCount)
    .map(({ path, uncovered }) => ({ path, ranges: toRanges(uncovered) }));
}

function describe(of: { lines: Counter; thresholdPct: number; isUnsure: boolean }): string {
  const { lines, thresholdPct, isUnsure } = of;
  const pct = toPct(lines);
  if (pct === null) return isUnsure ? 'What tests execute of the change is not known.' : 'No changed line can run.';
  const relation = pct >= thresholdPct ? 'at or above' : 'below';
  return `Tests execute ${lines.covered} of ${lines.total} changed lines (${formatPct(pct)}), ${relation} the threshold of ${formatPct(thresholdPct)}.`;
}

function findUncovered(of: { lines: Counter; uncovered: readonly UncoveredFile[]; thresholdPct: number }): Finding[] {
  const { lines, uncovered, thresholdPct } = of;
  const [worst] = uncovered;
  const pct = toPct(lines);
  if (pct === null || pct >= thresholdPct || worst === undefined) return [];
  const message = `${describe({ lines, thresholdPct, isUnsure: false })} Not executed: ${describeUncovered(uncovered)}.`;
  return [createFinding('changed-lines/uncovered', { path: worst.path, line: worst.ranges[0]?.[0] ?? 1, message })];
}

function describeUncovered(files: readonly UncoveredFile[]): string {
  const shown = files.slice(0, SHOWN_FILES).map(({ path, ranges }) => `${path} ${formatRanges(ranges, SHOWN_RANGES)}`);
  const more = files.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? ` and ${more} more files` : ''}`;
}

/** Who deletes code that is covered lowers the figure, and leaves no more lines untested than there were. */
function findLowered({ total, totalBefore }: ChangedLinesInput): Finding[] {
  if (total === null || totalBefore === null || total.format !== totalBefore.format) return [];
  const [now, before] = [toPct(total), toPct(totalBefore)];
  const [left, leftBefore] = [total, totalBefore].map((one) => one.total - one.covered);
  if (now === null || before === null || left === undefined || leftBefore === undefined) return [];
  if (now >= before - TOLERATED_POINTS || left <= leftBefore) return [];
  const message = `Line coverage fell from ${formatPct(before)} to ${formatPct(now)}: ${left} lines are not executed, and ${leftBefore} were not before.`;
  return [createFinding('changed-lines/total-lowered', { message })];
}

function describeUnsure(reasons: readonly string[]): string {
  const more = reasons.length - SHOWN_FILES;
  return `Not known of all changed lines is whether tests execute them: ${reasons.slice(0, SHOWN_FILES).join('; ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Returns the lines that no test executes, one file on a line, cut to about so many characters: what an agent needs to write tests. */
export function uncoveredLines({ uncovered }: Pick<ChangedLinesResult, 'uncovered'>, limit: number): string {
  const rows = uncovered.map(({ path, ranges }) => `${path}: ${formatRanges(ranges, 50)}`);
  const shown: string[] = [];
  let left = limit;
  for (const row of rows) {
    left -= row.length + 1;
    if (left < 0) break;
    shown.push(row);
  }
  const more = rows.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more files`] : [])].join('\n');
}
