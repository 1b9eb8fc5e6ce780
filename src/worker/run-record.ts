import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../core/gates/finding.ts';
import { findingsOf, type GateResults } from '../core/gates/results.ts';
import { NO_RESULTS, type RepairReport, type RunResults, type TaskReport } from '../core/report/run-report.ts';
import type { SpecTask } from '../core/spec/tasks.ts';
import type { RunState } from './run-states.ts';
import { hasCheckout } from './run-states.ts';

/** What a run has reached so far; its report is made of this, however early the run ends. */
export interface RunRecord {
  readonly reached: RunState;
  readonly results: RunResults;
  /** Tasks that this run finished and pushed. */
  readonly finishedTasks: number;
  /** Some run of the agent did not say what it had used. */
  readonly hasUnknownUse: boolean;
  /** How long the agent has worked, all its runs together. */
  readonly agentMs: number;
  /** Logs by file name, stored under `logs/`. */
  readonly logs: ReadonlyMap<string, string>;
}

/** Records what steps reach, also within a step that may be interrupted. */
export interface RunRecorder {
  current(): RunRecord;
  reach(state: RunState): void;
  /** Lists the required units of the spec, each open or done before this run. */
  planTasks(units: readonly SpecTask[]): void;
  /** Throws when the unit was never planned. */
  updateTask(unit: SpecTask, change: Partial<Omit<TaskReport, 'id' | 'title'>>): void;
  addFindings(findings: readonly Finding[]): void;
  addRepair(repair: RepairReport): void;
  /** Keeps what the gates decided, with their findings, in the place of what they decided before. */
  addGates(gates: GateResults): void;
  /** How long a run of the agent took, and what it said that it had used: null where it did not say. */
  addUse(use: { readonly credits: number | null; readonly tokens: number | null; readonly durationMs: number }): void;
  addLog(name: string, text: string): void;
}

/** Returns the recorder of a run that begins. */
export function createRunRecorder(): RunRecorder {
  let reached: RunState = { stage: 'started' };
  let results = NO_RESULTS;
  let hasUnknownUse = false;
  let agentMs = 0;
  const tasks = new Map<number, TaskReport>();
  const logs = new Map<string, string>();
  return {
    current() {
      const all = [...tasks.values()];
      return {
        reached,
        results: {
          ...results,
          ...placesOf(reached),
          tasks: all,
          findings: [...results.findings, ...findingsOf(results.gates)],
        },
        finishedTasks: all.filter(({ status }) => status === 'done').length,
        hasUnknownUse,
        agentMs,
        logs: new Map(logs),
      };
    },
    reach(state) {
      reached = state;
    },
    planTasks(units) {
      for (const unit of units) tasks.set(unit.line, plannedTask(unit));
    },
    updateTask(unit, change) {
      const task = tasks.get(unit.line);
      if (task === undefined) throw new Error(`The task on line ${unit.line} of tasks.md was not planned.`);
      tasks.set(unit.line, { ...task, ...change });
    },
    addFindings(findings) {
      const isNew = (finding: Finding) => !results.findings.some((known) => isDeepStrictEqual(known, finding));
      results = { ...results, findings: [...results.findings, ...findings.filter(isNew)] };
    },
    addRepair(repair) {
      results = { ...results, repairs: [...results.repairs, repair] };
    },
    addGates(gates) {
      results = { ...results, gates };
    },
    addUse({ credits, tokens, durationMs }) {
      agentMs += durationMs;
      if (credits === null && tokens === null) hasUnknownUse = true;
      const { agentCredits, agentTokens } = results;
      if (credits !== null) results = { ...results, agentCredits: (agentCredits ?? 0) + credits };
      if (tokens !== null) results = { ...results, agentTokens: (agentTokens ?? 0) + tokens };
    },
    addLog(name, text) {
      logs.set(name, text);
    },
  };
}

function placesOf(reached: RunState): Pick<RunResults, 'head' | 'rules'> {
  if (!hasCheckout(reached)) return { head: null, rules: null };
  const { branch, commit } = reached.rules;
  return { head: reached.head, rules: { branch, commit, hasFile: reached.repositoryFile !== null } };
}

function plannedTask({ id, title, state }: SpecTask): TaskReport {
  const status = state === 'done' ? 'already done' : 'open';
  return { id, title, status, commit: null, commitUrl: null, credits: null };
}
