import type { ProjectConfig } from '../core/config.ts';
import type { Agent } from '../core/ports/agent.ts';
import type { ArtifactStore } from '../core/ports/artifacts.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GitHub } from '../core/ports/github.ts';
import type { Installation } from '../core/ports/installation.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { ReadPower } from '../core/ports/power.ts';
import type { Sandbox } from '../core/ports/process.ts';
import type { Repository } from '../core/ports/repository.ts';
import type { SourceParser } from '../core/ports/source-parser.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { Toolchains } from '../core/ports/toolchains.ts';
import type { WorkspaceFiles } from '../core/ports/workspace-files.ts';
import type { OwnCommits } from './own-commits.ts';
import type { RunMonitor } from './run-monitor.ts';
import type { RunRecorder } from './run-record.ts';
import type { RunSettings } from './settings.ts';

/** Everything outside itself that a run uses. */
export interface WorkerPorts {
  readonly config: ProjectConfig;
  readonly locks: LockStore;
  readonly github: GitHub;
  readonly repository: Repository;
  readonly sandbox: Sandbox;
  readonly installation: Installation;
  readonly agent: Agent;
  readonly artifacts: ArtifactStore;
  /** Where the build service finds test and coverage reports to show; null where it shows none. */
  readonly buildReports: ArtifactStore | null;
  readonly workspaceFiles: WorkspaceFiles;
  /** Whole environment of install, test and coverage commands. */
  readonly commandEnvironment: Readonly<Record<string, string>>;
  readonly toolchains: Toolchains;
  readonly readPower: ReadPower;
  /** Reads syntax within limits; each one is closed by who made it. */
  readonly createSourceParser: () => SourceParser;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly redact: (text: string) => string;
  /** Content hash of the worker that runs. */
  readonly release: string;
  /** Web address of the repository, for links to commits. */
  readonly repositoryUrl: string;
}

/** Where a run is, for people; `n` of `m` where there is a number. */
export interface Progress {
  readonly phase: string;
  readonly text: string;
  readonly n?: number;
  readonly m?: number;
}

/** One run with all its parts. Each step declares the few that it uses and is given no more by its type. */
export interface RunContext extends WorkerPorts {
  readonly settings: RunSettings;
  readonly startedAtMs: number;
  /** The same moment by the clock that never jumps. */
  readonly startedMonotonicMs: number;
  readonly monitor: RunMonitor;
  readonly record: RunRecorder;
  readonly ownCommits: OwnCommits;
  readonly reportProgress: (progress: Progress) => void;
}
