import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../../core/config.ts';
import type { LockRow } from '../../core/lock.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import type { Build, BuildService } from '../../core/ports/builds.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ConnectGitHub, GitHub } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { ReadPause, ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';

export interface PollPorts {
  readonly readConfig: ReadProjectConfig;
  readonly readRelease: ReadRelease;
  readonly readPause: ReadPause;
  readonly connectGitHub: ConnectGitHub;
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly newOwner: () => string;
  /** Fingerprint of the agent's key now; null where the poll may not read it. */
  readonly agentKey: () => Promise<string | null>;
}

export interface PollSettings {
  readonly environment: string;
  readonly maxConcurrentBuilds: number;
  readonly leaseMs: number;
  /** Evaluate only: no lock, no build, no write on GitHub. */
  readonly dryRun?: boolean;
}

export interface StartedBuild {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string;
  readonly buildId: string;
  readonly attempt: number;
}

export interface PollResult {
  readonly outcome:
    | 'started'
    | 'nothing-ready'
    | 'at-capacity'
    | 'paused'
    | 'paused-by-breaker'
    | 'setup-incomplete'
    | 'dry-run';
  readonly detail: string;
  readonly started: readonly StartedBuild[];
  /** Eligible cards, of a dry run only. */
  readonly ready: readonly { readonly itemId: string; readonly title: string; readonly branch: string }[];
  readonly leftOut: readonly SkippedCard[];
  readonly reconciled: readonly Reconciled[];
  readonly requests: number;
}

/** What became of one held lock. */
export interface Reconciled {
  readonly lockKey: string;
  readonly buildId: string | null;
  readonly action: 'closed' | 'build-found' | 'start-given-up' | 'beyond-lease';
  readonly outcome: OutcomeKind | null;
}

/** What dispatch and reconcile need of one poll. */
export interface Connected {
  readonly config: ProjectConfig;
  readonly github: GitHub;
}

/** What reconcile needs. */
export interface ReconcilePorts extends Connected {
  readonly locks: LockStore;
  readonly builds: BuildService;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** A held lock, and its build where the build service knows it. */
export interface Found {
  readonly row: LockRow;
  readonly build: Build | null;
  readonly environment: string;
}
