import type { Commands } from '../core/commands.ts';
import type { ProjectConfig } from '../core/config.ts';
import type { OutcomeKind } from '../core/outcome.ts';
import type {
  Agent,
  ArtifactStore,
  Clock,
  GitHub,
  LockStore,
  PullRequest,
  Repository,
  Sandbox,
  Telemetry,
} from '../core/ports.ts';
import type { ReadPower } from '../core/power.ts';
import type { RepositorySettings } from '../core/repository-file.ts';
import type { CoverageFigures, FailedTest, TaskReport, TestCounts } from '../core/run-report.ts';
import type { TaskDocument } from '../core/tasks.ts';
import type { WorkspaceFiles } from '../core/workspace-files.ts';
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
  /** Web address of the repository, for links to commits. */
  readonly repositoryUrl: string;
}

/** How a run ends: one of the endings, with a sentence of its own and, where it differs, a remedy. */
export interface Ending {
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
  tests: TestCounts | null;
  testsVerdict: 'passed' | 'failed' | 'not run';
  failedTests: readonly FailedTest[];
  coverage: (CoverageFigures & { readonly thresholdPct: number }) | null;
  findings: string[];
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
  readonly fence: () => Promise<void>;
  readonly remainingMs: () => number;
  /** Looks at the card now; aborts the run when a person has moved it away. */
  readonly watchCard: () => Promise<void>;
}

/** A step of the checklist: null goes on, an Ending ends the run. */
export type Step = (run: Run) => Promise<Ending | null>;

/** Tells people where the run is; `n` of `m` where there is a number. */
export function reportProgress(run: Run, progress: { phase: string; text: string; n?: number; m?: number }): void {
  run.ports.telemetry.log('info', 'progress', progress);
}
