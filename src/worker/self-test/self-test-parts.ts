import type { ProjectConfig } from '../../core/config.ts';
import type { Agent } from '../../core/ports/agent.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { ReadProjectConfig, Secrets } from '../../core/ports/settings.ts';
import type { Toolchains } from '../../core/ports/toolchains.ts';

/** What a self-test build tries. */
export interface SelfTestPorts {
  readonly secrets: Secrets;
  readonly readConfig: ReadProjectConfig;
  readonly locks: Pick<LockStore, 'get' | 'acquire' | 'release'>;
  readonly artifacts: ArtifactStore;
  /** With the network and the agent of the project configuration; null, where it cannot be read: all of the network, and Kiro. Throws
   *  what keeps agent and tests from a place of their own. */
  readonly openSandbox: (config: SelfTestConfig | null) => Promise<SelfTestSandbox>;
  readonly clock: Pick<Clock, 'now'>;
  readonly redact: (text: string) => string;
}

export type SelfTestConfig = Pick<ProjectConfig, 'network' | 'agent'>;

export interface SelfTestSandbox {
  readonly sandbox: Sandbox;
  readonly toolchains: Toolchains;
  readonly commandEnvironment: Readonly<Record<string, string>>;
  /** A file of the worker's that nobody else may read. */
  readonly privateFile: string;
  /** An agent other than Kiro; null where it is Kiro. */
  readonly agent: Pick<Agent, 'name' | 'prepare'> | null;
  close(): Promise<void>;
}

export interface SelfTestSettings {
  readonly environment: string;
  readonly buildId: string;
  /** A user of its own must run what comes from a branch. */
  readonly needsOwnUser: boolean;
  readonly agent: { readonly cliPath: string | null; readonly cliProblem: string | null };
}
