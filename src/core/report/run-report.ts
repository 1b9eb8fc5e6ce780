import type { OutcomeKind } from '../outcome.ts';

/** One spec task in a run, as people see it. */
export interface TaskReport {
  /** Number of the task in tasks.md (`2.1`), null when it has none. */
  readonly id: string | null;
  readonly title: string;
  readonly status: 'done' | 'already done' | 'open' | 'failed';
  readonly commit: string | null;
  readonly commitUrl: string | null;
  readonly credits: number | null;
}

export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface FailedTest {
  readonly name: string;
  readonly message: string;
}

/** Percentages from 0 to 100, null where the report says nothing about them. */
export interface CoverageFigures {
  readonly linesPct: number | null;
  readonly functionsPct?: number | null;
  readonly branchesPct?: number | null;
  readonly statementsPct?: number | null;
}

/** All that one run tells: rendered into the pull request, the comment and the artifacts. */
export interface RunReport {
  readonly outcome: OutcomeKind;
  /** One sentence: what happened in this run. */
  readonly detail: string;
  /** What a person has to do next. */
  readonly remedy: string;
  readonly branch: string;
  readonly specPath: string;
  readonly environment: string;
  readonly buildId: string;
  readonly buildUrl: string | null;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Head of the branch that the figures belong to, null when none was reached. */
  readonly head: string | null;
  readonly tasks: readonly TaskReport[];
  /** Null where no readable report tells the counts. */
  readonly tests: TestCounts | null;
  readonly testsVerdict: 'passed' | 'failed' | 'not run';
  readonly failedTests: readonly FailedTest[];
  readonly coverage: (CoverageFigures & { readonly thresholdPct: number }) | null;
  readonly findings: readonly string[];
  readonly agentCredits: number | null;
  readonly changedFiles: readonly string[];
}

/** What a run reaches step by step; all else of a report is known from its start and its ending. */
export type RunResults = Pick<
  RunReport,
  | 'head'
  | 'tasks'
  | 'tests'
  | 'testsVerdict'
  | 'failedTests'
  | 'coverage'
  | 'findings'
  | 'agentCredits'
  | 'changedFiles'
>;

/** What the gates of a run said. */
export type GateFigures = Pick<RunReport, 'tests' | 'testsVerdict' | 'failedTests' | 'coverage'>;

/** The results of a run that reached nothing yet. */
export const NO_RESULTS: RunResults = {
  head: null,
  tasks: [],
  tests: null,
  testsVerdict: 'not run',
  failedTests: [],
  coverage: null,
  findings: [],
  agentCredits: null,
  changedFiles: [],
};

/** Returns the report of a run that reached nothing but its ending. */
export function emptyReport(ending: Omit<RunReport, keyof RunResults>): RunReport {
  return { ...ending, ...NO_RESULTS };
}
