import { createAcpAgent } from '../adapters/agents/acp/acp.ts';
import { filesOf } from '../adapters/agents/acp/program.ts';
import { createKiroAgent, kiroSettings } from '../adapters/agents/kiro.ts';
import { locateCli } from '../adapters/agents/locate-cli.ts';
import { taskLimitsOf } from '../core/agent/limits.ts';
import { type AgentConfig, keySettingOf } from '../core/agent/settings.ts';
import { isWorkerError, WorkerError } from '../core/errors.ts';
import type { Agent } from '../core/ports/agent.ts';
import type { Sandbox } from '../core/ports/process.ts';
import type { Secrets } from '../core/ports/settings.ts';
import type { AgentSettings } from './environment.ts';

interface AgentParts {
  readonly config: AgentConfig;
  readonly settings: AgentSettings;
  /** Kiro's further KIRO_* variables are its own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: Pick<Secrets, 'kiroApiKey' | 'agentKey'>;
  readonly sandbox: Sandbox;
}

/** Makes the coding agent of a run. Where the build could not get its program, `prepare` throws TOOL_MISSING with why. */
export function createAgent(parts: AgentParts): Agent {
  const { config, settings } = parts;
  const agent = config.kind === 'acp' ? acpAgent(parts) : kiroAgent(parts);
  const problem = config.kind === 'acp' ? settings.archiveProblem : settings.cliProblem;
  return problem === null ? agent : { ...agent, prepare: async () => Promise.reject(agentMissing(config, problem)) };
}

function acpAgent({ config, secrets, sandbox }: AgentParts): Agent {
  return createAcpAgent({ config, sandbox, key: keyOf(config, secrets), limits: taskLimitsOf(config.limits) });
}

/** What the environment says of Kiro wins over the configuration: it was there first. */
function kiroAgent({ config, settings, env, secrets, sandbox }: AgentParts): Agent {
  const model = settings.model ?? config.model;
  const agentName = settings.agentName ?? config.agentName;
  const { effort, trustedTools, version } = config;
  return createKiroAgent({
    sandbox,
    apiKey: secrets.kiroApiKey,
    cliPath: kiroProgram({ config, settings }),
    engine: settings.engine ?? config.engine ?? 'v3',
    ...(model === undefined ? {} : { model }),
    ...(agentName === undefined ? {} : { agentName }),
    ...(effort === undefined ? {} : { effort }),
    ...(trustedTools === undefined ? {} : { trustedTools }),
    ...(version === undefined ? {} : { version }),
    settings: { ...config.environment, ...kiroSettings(env) },
    extraArguments: settings.extraArguments.length > 0 ? settings.extraArguments : config.extraArguments,
    limits: taskLimitsOf(config.limits),
  });
}

/** Null: the agent gets none. */
function keyOf(config: AgentConfig, secrets: AgentParts['secrets']): (() => Promise<string>) | null {
  const setting = keySettingOf(config);
  if (setting === null) return null;
  return setting === 'kiro-api-key' ? secrets.kiroApiKey : secrets.agentKey;
}

function kiroProgram({ config, settings }: Pick<AgentParts, 'config' | 'settings'>): string {
  return settings.cliPath ?? config.command?.[0] ?? 'kiro-cli';
}

/** Returns the files of the agent's program, which its user must reach; none when it is missing, which the run itself reports. */
export function agentPrograms(parts: Pick<AgentParts, 'config' | 'settings'>): string[] {
  try {
    return parts.config.kind === 'acp' ? filesOf(parts.config.command) : locateCli(kiroProgram(parts)).slice(-1);
  } catch (error) {
    if (isWorkerError(error, 'TOOL_MISSING')) return [];
    throw error;
  }
}

function agentMissing({ kind }: AgentConfig, why: string): WorkerError {
  return new WorkerError({
    code: 'TOOL_MISSING',
    what: `${kind === 'kiro' ? 'The Kiro CLI' : "The agent's program"} could not be made available to this build.`,
    why,
    remedy:
      'Mirror a pinned version to tools/ in the artifacts bucket, or use an image that has it; see docs/deployment.md.',
  });
}
