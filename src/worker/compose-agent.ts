import { createKiroAgent, type KiroAgentOptions, kiroSettings } from '../adapters/agents/kiro.ts';
import { locateCli } from '../adapters/agents/locate-cli.ts';
import { isWorkerError, WorkerError } from '../core/errors.ts';
import type { Agent } from '../core/ports/agent.ts';
import type { AgentSettings } from './environment.ts';

/** Makes the coding agent of a run. Where the build could not get its program, `prepare` throws TOOL_MISSING with why. */
export function createAgent(parts: {
  settings: AgentSettings;
  /** Its further KIRO_* variables are the agent's. */
  env: Readonly<Record<string, string | undefined>>;
  apiKey: KiroAgentOptions['apiKey'];
  sandbox: KiroAgentOptions['sandbox'];
}): Agent {
  const { settings, env, apiKey, sandbox } = parts;
  const { cliPath, cliProblem, engine, model, agentName, extraArguments } = settings;
  const agent = createKiroAgent({
    sandbox,
    apiKey,
    cliPath,
    engine,
    ...(model === undefined ? {} : { model }),
    ...(agentName === undefined ? {} : { agentName }),
    settings: kiroSettings(env),
    extraArguments,
  });
  return cliProblem === null ? agent : { ...agent, prepare: async () => Promise.reject(agentMissing(cliProblem)) };
}

/** Returns the agent's program, which its user must reach; none when it is missing, which the run itself reports. */
export function agentPrograms(cliPath: string): string[] {
  try {
    return locateCli(cliPath).slice(-1);
  } catch (error) {
    if (isWorkerError(error, 'TOOL_MISSING')) return [];
    throw error;
  }
}

function agentMissing(why: string): WorkerError {
  return new WorkerError({
    code: 'TOOL_MISSING',
    what: 'The Kiro CLI could not be made available to this build.',
    why,
    remedy:
      'Mirror a pinned version to tools/ in the artifacts bucket, or use an image that has it; see docs/deployment.md.',
  });
}
