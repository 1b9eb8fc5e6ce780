import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { keyFingerprint } from '../adapters/agents/key-fingerprint.ts';
import { needsOpenFolders } from '../adapters/files/open-folder.ts';
import { githubAddresses } from '../adapters/github/addresses.ts';
import { createConnectGitHub } from '../adapters/github/connect.ts';
import { createReadProjectConfigFile } from '../adapters/local/project-config-file.ts';
import { createSqliteLockStore } from '../adapters/local/sqlite-lock-store.ts';
import { clearUnusedUsers } from '../adapters/process/untrusted-user.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { AgentConfig } from '../core/agent/settings.ts';
import type { ProjectConfig } from '../core/config.ts';
import { parseProjectConfig } from '../core/config.ts';
import { WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { Secrets } from '../core/ports/settings.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import type { PollPorts, PollSettings } from '../flows/poll/poll-types.ts';
import { keyVariableOf } from './agent-checks.ts';
import type { LocalBuilds } from './builds/local-builds.ts';
import { createLocalBuilds } from './builds/local-builds.ts';
import { proveNetwork } from './isolation.ts';
import { checkPersonalSettings } from './personal-settings.ts';
import { type Env, LEASE_MS, LOCAL_ENVIRONMENT, projectVariables, secretVariables } from './project-variables.ts';

export interface LocalRuntimeOptions {
  /** Path of `kiro-worker.config.json`. */
  readonly configFile: string;
  /** Folder of locks, builds and artifacts. */
  readonly dataDirectory: string;
  readonly env: Env;
  readonly secrets: Pick<Secrets, 'githubToken'>;
  /** The release that builds run; null for commands that start none. */
  readonly release: { readonly zip: Uint8Array; readonly hash: string } | null;
  readonly telemetry: Telemetry;
  /** Receives each line that a build prints. */
  readonly onOutput?: (buildId: string, line: string) => void;
}

export interface LocalRuntime {
  readonly config: ProjectConfig;
  readonly ports: PollPorts;
  readonly settings: PollSettings;
  readonly builds: LocalBuilds;
  readonly locks: LockStore;
  readonly artifactsDirectory: string;
  close(): Promise<void>;
}

/** A stopped worker ends its agent and publishes its outcome, with a second or more between two writes on GitHub. */
const STOP_GRACE_MS = 60_000;

/** Creates what the flows need to run on one machine: embedded lock store, builds as processes, artifacts in a folder. Throws
 *  CONFIG_INVALID with every problem of the configuration file, or when the machine cannot restrict the network as it says. */
export async function createLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const { dataDirectory, env, secrets, release, telemetry } = options;
  const configFile = path.resolve(options.configFile);
  const config = await readLocalConfig(configFile);
  if (release && config.network) await proveNetwork(config.network, env[ENV.untrustedUser]);
  const locksFile = locksFileOf(dataDirectory);
  const artifactsDirectory = path.join(dataDirectory, 'artifacts');
  const variables = projectVariables(config, { env, configFile, locksFile, artifactsDirectory });
  if (release) checkPersonalSettings(env);
  const locks = createSqliteLockStore({ file: locksFile });
  const builds = createLocalBuilds({
    root: path.join(dataDirectory, 'builds'),
    releaseZip: release?.zip ?? new Uint8Array(),
    projectVariables: variables,
    secretVariables: secretVariables(env),
    concurrentBuildLimit: config.maxConcurrentBuilds,
    buildTimeoutMs: config.buildTimeoutMinutes * 60_000,
    stopGraceMs: STOP_GRACE_MS,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
  // Commands that start builds take over from those that were killed.
  if (release) {
    if (needsOpenFolders()) await clearUnusedUsers();
    await builds.settle();
  }
  return {
    config,
    builds,
    locks,
    artifactsDirectory,
    settings: { environment: LOCAL_ENVIRONMENT, maxConcurrentBuilds: config.maxConcurrentBuilds, leaseMs: LEASE_MS },
    ports: {
      readConfig: createReadProjectConfigFile(configFile),
      readRelease: async () => release?.hash ?? null,
      readPause: async () => null,
      connectGitHub: createConnectGitHub({
        addresses: githubAddresses(env),
        token: secrets.githubToken,
        log: telemetry,
      }),
      locks,
      builds,
      clock: systemClock,
      telemetry,
      newOwner: randomUUID,
      agentKey: async () => agentKeyIn(config.agent, env),
    },
    async close() {
      await builds.close();
      locks.close();
    },
  };
}

/** Opens the builds of one machine for commands that start none. Whoever opens them closes them. */
export function openLocalBuilds(dataDirectory: string): LocalBuilds {
  return createLocalBuilds({
    root: path.join(dataDirectory, 'builds'),
    releaseZip: new Uint8Array(),
    projectVariables: {},
    concurrentBuildLimit: 0,
    buildTimeoutMs: 0,
    stopGraceMs: STOP_GRACE_MS,
  });
}

/** As the agents' adapters say it; null while the key is not there. */
function agentKeyIn(agent: AgentConfig, env: Env): string | null {
  const variable = keyVariableOf(agent);
  if (variable === null) return keyFingerprint('');
  const key = env[variable]?.trim() ?? '';
  return key === '' ? null : keyFingerprint(key);
}

/** Returns the configuration of a file, complete with defaults. Throws CONFIG_INVALID with every problem. */
export async function readLocalConfig(configFile: string): Promise<ProjectConfig> {
  const file = path.resolve(configFile);
  const found = await createReadProjectConfigFile(file)();
  if (found !== null) return parseProjectConfig(found.text, found.source);
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `There is no configuration file ${file}.`,
    remedy:
      'Create kiro-worker.config.json with {"organization","repository","projectNumber"} or name another file with --config.',
  });
}

/** The file of the embedded lock store. */
export function locksFileOf(dataDirectory: string): string {
  return path.join(dataDirectory, 'locks.sqlite');
}
