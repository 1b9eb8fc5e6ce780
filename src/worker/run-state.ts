import type { ProjectConfig } from '../core/config.ts';
import type { Finding } from '../core/gates/finding.ts';
import type { GateResults } from '../core/gates/results.ts';
import type { OutcomeKind } from '../core/outcome.ts';
import type { Agent } from '../core/ports/agent.ts';
import type { ArtifactStore } from '../core/ports/artifacts.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHub, PullRequest } from '../core/ports/github.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { ReadPower } from '../core/ports/power.ts';
import type { Sandbox } from '../core/ports/process.ts';
import type { Repository } from '../core/ports/repository.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { WorkspaceFiles } from '../core/ports/workspace-files.ts';
import type { TaskReport } from '../core/report/run-report.ts';
import type { Commands } from '../core/repository/commands.ts';
import type { RepositorySettings } from '../core/repository/repository-file.ts';
import type { TaskDocument } from '../core/spec/tasks.ts';
import type { WorkerSettings } from './settings.ts';

export interface WorkerPorts {
  readonly config: ProjectConfig;
  readonly locks: LockStore;
  readonly github: GitHub;
  readonly repository: Repository;
  readonly sandbox: Sandbox;
  readonly agent: Agent;
  readonly artifacts: ArtifactStore;
  /** Where the build service finds test and coverage reports to show; null where it shows none. */
  readonly buildReports: ArtifactStore | null;
  readonly workspaceFiles: WorkspaceFiles;
  /** Whole environment of install, test and coverage commands. */
  readonly commandEnvironment: Readonly<Record<string, string>>;
  readonly readPower: ReadPower;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly redact: (text: string) => string;
  /** Tells whether a text holds a secret of the worker, in any usual spelling. */
  readonly holdsSecret: (text: string) => boolean;
  /** Web address of the repository, for links to commits. */
  readonly repositoryUrl: string;
}

/** How a run ends: one of the endings, with a sentence of its own and, where it differs, a remedy. */
export interface RunResult {
  readonly kind: OutcomeKind;
  readonly detail: string;
  readonly remedy?: string;
}

/** What a run knows so far. Steps fill it in; the report is made of it whatever the ending is. */
export interface RunState {
  readonly startedAtMs: number;
  base: string;
  pullRequest: PullRequest | null;
  head: string | null;
  baseHead: string;
  mergeBase: string;
  tasksFile: TaskDocument | null;
  specFiles: readonly string[];
  repositoryFile: RepositorySettings | null;
  commands: Commands | null;
  tasks: TaskReport[];
  /** Tasks finished and pushed by this run. */
  finished: number;
  gates: GateResults;
  findings: Finding[];
  agentCredits: number | null;
  /** Logs by file name, stored under `logs/`. */
  readonly logs: Map<string, string>;
}

export interface Run {
  readonly settings: WorkerSettings;
  readonly ports: WorkerPorts;
  readonly state: RunState;
  /** Aborted when the run must end early; its reason is the Ending. */
  readonly signal: AbortSignal;
  /** Throws FENCE_LOST when the lock is not this build's any more; called before every side effect. */
  readonly assertLockHeld: () => Promise<void>;
  readonly remainingMs: () => number;
  /** Looks at the card now; aborts the run when a person has moved it away. */
  readonly watchCard: () => Promise<void>;
}

/** A step of the checklist: null goes on, an Ending ends the run. */
export type Step = (run: Run) => Promise<RunResult | null>;

/** Tells people where the run is; `n` of `m` where there is a number. */
export function reportProgress(run: Run, progress: { phase: string; text: string; n?: number; m?: number }): void {
  run.ports.telemetry.log('info', 'progress', progress);
}
