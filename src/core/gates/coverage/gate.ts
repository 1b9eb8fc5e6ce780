import { formatPct } from '../../markdown.ts';
import type { ReportFile } from '../../ports/workspace-files.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { Gate, GateResult } from '../gate.ts';
import { type Counter, toPct } from './line-hits.ts';
import { describeForeign } from './own-sources.ts';
import type { SourceTree } from './source-key.ts';
import { chooseTotals, readTotals, type Totals, UnusableReports } from './totals.ts';

export interface CoverageInput {
  readonly reports: readonly ReportFile[];
  /** What is wrong with reports that could not even be read, one sentence each. */
  readonly reportProblems: readonly string[];
  /** How the coverage command failed, one sentence; null when it succeeded or there is none of its own. */
  readonly commandFailure: string | null;
  readonly thresholdPct: number;
  /** Where the source files lie that reports name, where that is known. */
  readonly tree?: SourceTree;
}

/** Percentages from 0 to 100; null where the reports do not say, and all of them when the verdict is unknown. */
export interface CoverageFigures {
  /** Percent of executable lines: the figure that decides. */
  readonly linesPct: number | null;
  readonly functionsPct: number | null;
  readonly branchesPct: number | null;
  readonly statementsPct: number | null;
}

/** Executable lines of the whole repository, as one format counts them. */
export interface LineTotal extends Counter {
  readonly format: string;
}

export interface CoverageGateResult extends GateResult<'coverage'>, CoverageFigures {
  /** Of each format of the reports; none when the verdict is unknown. */
  readonly lineTotals: readonly LineTotal[];
  readonly thresholdPct: number;
}

/** Decides whether line coverage meets the threshold. Reports of several packages are added up, file by file; an absent,
 *  damaged, empty or contradictory report makes the verdict unknown. */
export const coverageGate: Gate<CoverageInput, CoverageGateResult> = {
  name: 'coverage',
  evaluate(input) {
    const [problem, ...others] = input.reportProblems;
    if (problem !== undefined) return unknown(input, [unusable(problem), ...others.map(unusable)]);
    const measured = measure(input);
    // Many tools check a threshold of their own, so a failed command with a low figure says no more than the figure.
    if (input.commandFailure === null || measured.verdict === 'failed') return measured;
    const message = `${input.commandFailure} ${measured.detail}`;
    return unknown(input, [createFinding('coverage/command-failed', { message })]);
  },
};

function measure(input: CoverageInput): CoverageGateResult {
  const { reports, thresholdPct, tree } = input;
  try {
    const { totals, foreign } = readTotals(reports, tree);
    const lineTotals = totals.map(({ format, lines }) => ({ ...lines, format }));
    const judged = { ...judge(chooseTotals(totals, thresholdPct), thresholdPct), lineTotals };
    if (foreign.count === 0) return judged;
    const message = `Coverage reports name ${describeForeign(foreign)}, which do not count.`;
    return { ...judged, findings: [...judged.findings, createFinding('coverage/foreign-sources', { message })] };
  } catch (error) {
    if (!(error instanceof UnusableReports)) throw error;
    return unknown(input, [createFinding(error.rule, { message: error.message })]);
  }
}

function judge({ lines, functions, branches, statements }: Totals, thresholdPct: number): CoverageGateResult {
  const linesPct = toPct(lines) ?? 0;
  const passed = linesPct >= thresholdPct;
  const relation = passed ? 'at or above' : 'below';
  const detail = `Line coverage is ${formatPct(linesPct)} (${lines.covered} of ${lines.total} lines), ${relation} the threshold of ${formatPct(thresholdPct)}.`;
  return {
    gate: 'coverage',
    verdict: passed ? 'passed' : 'failed',
    detail,
    findings: passed ? [] : [createFinding('coverage/below-threshold', { message: detail })],
    lineTotals: [],
    linesPct,
    functionsPct: toPct(functions),
    branchesPct: toPct(branches),
    statementsPct: toPct(statements),
    thresholdPct,
  };
}

function unknown({ thresholdPct }: CoverageInput, findings: readonly [Finding, ...Finding[]]): CoverageGateResult {
  return {
    gate: 'coverage',
    verdict: 'unknown',
    detail: findings[0].message,
    findings,
    lineTotals: [],
    linesPct: null,
    functionsPct: null,
    branchesPct: null,
    statementsPct: null,
    thresholdPct,
  };
}

function unusable(problem: string): Finding {
  return createFinding('coverage/report-unusable', { message: `A coverage report cannot be used: ${problem}` });
}
