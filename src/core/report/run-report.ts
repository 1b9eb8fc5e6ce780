import type { Finding } from '../gates/finding.ts';
import { type GateResults, NO_GATE_RESULTS } from '../gates/results.ts';
import type { ActsNext, OutcomeKind } from '../outcome.ts';

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

/** One repair round of a run, as people see it. */
export interface RepairReport {
  /** From 1, counted over all runs of the work item. */
  readonly round: number;
  /** What did not pass before it, one sentence. */
  readonly because: string;
  /** Null where the agent changed nothing. */
  readonly commit: string | null;
  readonly commitUrl: string | null;
  readonly credits: number | null;
}

/** A command of the repository that failed, as people see it. */
export interface FailedCommandReport {
  readonly name: string;
  /** As somebody would type it. */
  readonly command: string;
  /** A clause: `detected from package-lock.json`. */
  readonly source: string;
  /** `exit code 1`, or the limit that stopped it. */
  readonly ended: string;
  /** The last lines of its output. */
  readonly lines: string;
  /** Path of the whole log among the run's files, null where an earlier run has it. */
  readonly log: string | null;
  /** Lines for a `.kiro-worker.yml` that would help, null where none would. */
  readonly yaml: string | null;
}

/** Branch and commit that the rules of a run were read from. */
export interface RulesReport {
  readonly branch: string;
  readonly commit: string;
  /** `.kiro-worker.yml` was there. */
  readonly hasFile: boolean;
}

/** Everything that one run reports: rendered into the pull request, the comment and the artifacts. */
export interface RunReport {
  readonly outcome: OutcomeKind;
  /** One sentence: what happened in this run. */
  readonly detail: string;
  /** What a person has to do next. */
  readonly remedy: string;
  /** Who has to do it. */
  readonly actsNext: ActsNext;
  /** Null where no command failed. */
  readonly failedCommand: FailedCommandReport | null;
  /** Where the run's files are, null where only the machine of the run has them. */
  readonly filesAt: string | null;
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
  /** Whose rules counted, null when the run did not get that far. */
  readonly rules: RulesReport | null;
  readonly tasks: readonly TaskReport[];
  readonly repairs: readonly RepairReport[];
  /** The only verdicts of the run; whoever shows them decides nothing again. */
  readonly gates: GateResults;
  /** Those of the gates and all others. */
  readonly findings: readonly Finding[];
  readonly agentCredits: number | null;
  readonly agentTokens: number | null;
  readonly changedFiles: readonly string[];
}

/** What a run reaches step by step; all else of a report is known from its start and its ending. */
export type RunResults = Pick<
  RunReport,
  'head' | 'rules' | 'tasks' | 'repairs' | 'gates' | 'findings' | 'agentCredits' | 'agentTokens' | 'changedFiles'
>;

/** The results of a run that reached nothing yet. */
export const NO_RESULTS: RunResults = {
  head: null,
  rules: null,
  tasks: [],
  repairs: [],
  gates: NO_GATE_RESULTS,
  findings: [],
  agentCredits: null,
  agentTokens: null,
  changedFiles: [],
};

/** Returns what a report says of a run's start and ending, without what it reached. */
export function startAndEndingOf(report: RunReport): Omit<RunReport, keyof RunResults> {
  const { outcome, detail, remedy, branch, specPath, environment, buildId, buildUrl, attempt } = report;
  const { startedAtMs, finishedAtMs, actsNext, failedCommand, filesAt } = report;
  return {
    outcome,
    detail,
    remedy,
    actsNext,
    failedCommand,
    filesAt,
    branch,
    specPath,
    environment,
    buildId,
    buildUrl,
    attempt,
    startedAtMs,
    finishedAtMs,
  };
}

/** Returns the report of a run that reached nothing but its ending. */
export function emptyReport(ending: Omit<RunReport, keyof RunResults>): RunReport {
  return { ...ending, ...NO_RESULTS };
}
