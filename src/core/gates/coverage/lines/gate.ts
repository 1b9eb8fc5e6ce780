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
  /** Paths of all that differs, whatever it is. */
  readonly changedPaths: readonly string[];
  /** Files that were too large to be compared. */
  readonly unread: readonly string[];
  readonly reports: readonly ReportFile[];
  /** Files of the head. */
  readonly tree: CommitTree;
  readonly thresholdPct: number;
  /** At the head, of each format of its reports. */
  readonly totals: readonly LineTotal[];
  /** At the base line; empty where that was not measured. */
  readonly totalsBefore: readonly LineTotal[];
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
/** Where coverage.py may be told which lines not to count. */
const PYTHON_SETTINGS = /(?:^|\/)(?:\.coveragerc[^/]*|pyproject\.toml|setup\.cfg|tox\.ini)$/;
const SHOWN_FILES = 5;
const SHOWN_RANGES = 8;

/** Decides whether tests execute enough of the lines that the run changed, and whether coverage of the whole has not fallen. */
export const changedLinesGate: Gate<ChangedLinesInput, ChangedLinesResult> = {
  name: 'changed-lines',
  evaluate(input) {
    const { reports, tree, files, filesOfBranch, unread, thresholdPct, policies } = input;
    const bare = bareProduct([...filesOfBranch, ...files]);
    const reported = readReportedLines(reports, { tree, wanted: bare });
    const isReconfigured = input.changedPaths.some((path) => PYTHON_SETTINGS.test(path));
    const judged = judgeFiles(files, { bare, reported, isReconfigured });
    const lines = sum(judged.files);
    const uncovered = uncoveredIn(judged.files);
    const unknown = [...judged.unknown].map(([path, why]) => `${path}: ${why}`);
    const unsure = [
      ...formatsDiffer(input),
      ...reported.problems,
      ...unread.map((path) => `${path} is too large to be compared`),
      ...unknown,
    ];
    const detail = describe({ lines, thresholdPct, isUnsure: unsure.length > 0 });
    const findings = [
      ...findUncovered({ lines, uncovered, thresholdPct }),
      ...findLowered(input),
      ...(unsure.length === 0 ? [] : [createFinding('changed-lines/unknown', { message: describeUnsure(unsure) })]),
    ];
    return {
      ...resultByPolicy({ gate: 'changed-lines', detail, findings }, policies),
      lines,
      linesOfBranch: sum(judgeFiles(filesOfBranch, { bare, reported, isReconfigured }).files),
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
function findLowered({ totals, totalsBefore }: ChangedLinesInput): Finding[] {
  const messages = totals.flatMap((now) => {
    const before = totalsBefore.find(({ format }) => format === now.format);
    return before === undefined ? [] : describeLowered(before, now);
  });
  return messages.slice(0, 1).map((message) => createFinding('changed-lines/total-lowered', { message }));
}

function describeLowered(before: Counter, now: Counter): string[] {
  const [pctBefore, pct] = [toPct(before), toPct(now)];
  const [leftBefore, left] = [before.total - before.covered, now.total - now.covered];
  if (pctBefore === null || pct === null || pct >= pctBefore - TOLERATED_POINTS || left <= leftBefore) return [];
  return [
    `Line coverage fell from ${formatPct(pctBefore)} to ${formatPct(pct)}: ${left} lines are not executed, and ${leftBefore} were not before.`,
  ];
}

/** Whoever writes another format than before cannot be compared. */
function formatsDiffer({ totals, totalsBefore }: ChangedLinesInput): string[] {
  const formats = new Set(totals.map(({ format }) => format));
  if (totalsBefore.length === 0 || totalsBefore.some(({ format }) => formats.has(format))) return [];
  const [before, now] = [totalsBefore, totals].map((all) => all.map(({ format }) => format).join(', '));
  return [`the base line was measured in another format (${before}) than the head (${now || 'none'})`];
}

function describeUnsure(reasons: readonly string[]): string {
  const more = reasons.length - SHOWN_FILES;
  return `Not everything about the changed lines is known: ${reasons.slice(0, SHOWN_FILES).join('; ')}${more > 0 ? ` and ${more} more` : ''}.`;
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
