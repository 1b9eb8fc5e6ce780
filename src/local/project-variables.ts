import { kiroSettings } from '../adapters/agents/kiro.ts';
import type { ProjectConfig } from '../core/config.ts';
import { ENV } from '../core/names.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export const LOCAL_ENVIRONMENT = 'local';
export const LEASE_MS = 15 * 60_000;

export interface LocalPaths {
  readonly configFile: string;
  readonly locksFile: string;
  readonly artifactsDirectory: string;
}

/** Returns what the build project of a deployed environment sets, for builds of this machine. Contains no secret. */
export function projectVariables(
  { coverageThreshold, buildTimeoutMinutes }: ProjectConfig,
  { env, configFile, locksFile, artifactsDirectory }: LocalPaths & { readonly env: Env },
): Record<string, string> {
  return {
    ...kiroSettings(env),
    ...pick(env, PERSONAL_SETTINGS),
    [ENV.environment]: LOCAL_ENVIRONMENT,
    [ENV.locksFile]: locksFile,
    [ENV.projectConfigFile]: configFile,
    [ENV.artifactsDirectory]: artifactsDirectory,
    [ENV.coverageThreshold]: String(coverageThreshold),
    [ENV.buildTimeoutMs]: String(buildTimeoutMinutes * 60_000),
    [ENV.leaseMinutes]: String(LEASE_MS / 60_000),
  };
}

/** The secrets that a build needs, as far as they are set. */
export function secretVariables(env: Env): Record<string, string> {
  return pick(env, [ENV.githubToken, ENV.kiroApiKey, ENV.agentKey]);
}

/** Settings of the worker that a person may put into the environment of local mode. */
const PERSONAL_SETTINGS = [
  ENV.githubApiUrl,
  ENV.githubGraphqlUrl,
  ENV.githubServerUrl,
  ENV.testCommand,
  ENV.coverageCommand,
  ENV.agentTimeoutMs,
  ENV.agentSilenceMs,
  ENV.agentCreditLimit,
  ENV.kiroCliPath,
  ENV.kiroEngine,
  ENV.kiroModel,
  ENV.kiroAgent,
  ENV.kiroExtraArguments,
  ENV.untrustedUser,
] as const;

function pick(env: Env, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
