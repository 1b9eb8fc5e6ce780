import { checkProgram, commandOf } from '../adapters/agents/acp/program.ts';
import { checkVersion } from '../adapters/agents/kiro.ts';
import { locateCli } from '../adapters/agents/locate-cli.ts';
import { createEnvironmentSecrets } from '../adapters/local/environment-secrets.ts';
import { type AgentConfig, keySettingOf } from '../core/agent/settings.ts';
import { ENV } from '../core/names.ts';
import type { Isolation } from '../core/ports/process.ts';
import { type Check, passed } from '../core/setup/check.ts';
import { runCheck } from '../core/setup/run-check.ts';
import { untriedKey } from '../flows/operate/setup/check-agent.ts';
import { inSandbox } from './in-sandbox.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns the command line of the agent that builds of this machine use. Throws TOOL_MISSING when its program is not here, CONFIG_INVALID without
 *  one, AGENT_SETUP_INVALID where others could put something else in its place. */
export function locateAgent(
  agent: AgentConfig,
  { env, isolation }: { env: Env; isolation: Isolation },
): readonly string[] {
  if (agent.kind === 'kiro') return locateCli(cliPathOf(agent, env));
  const command = commandOf(agent.command);
  checkProgram(agent.command, isolation);
  return command;
}

function cliPathOf(agent: AgentConfig, env: Env): string {
  return env[ENV.kiroCliPath] || agent.command?.[0] || 'kiro-cli';
}

/** The variable of this machine that holds the agent's key, null where it needs none. */
export function keyVariableOf(agent: AgentConfig): string | null {
  const setting = keySettingOf(agent);
  if (setting === null) return null;
  return setting === 'kiro-api-key' ? ENV.kiroApiKey : ENV.agentKey;
}

/** Reads the agent's key from the environment; null where it needs none. Throws as the secrets do. */
export async function readAgentKey(agent: AgentConfig, env: Env): Promise<string | null> {
  const secrets = createEnvironmentSecrets(env);
  const setting = keySettingOf(agent);
  if (setting === null) return null;
  return setting === 'kiro-api-key' ? secrets.kiroApiKey() : secrets.agentKey();
}

/** Looks whether the agent of this machine and its key are there. */
export async function checkAgent(
  agent: AgentConfig,
  request: { env: Env; isolation: Isolation; remember: (...secrets: readonly string[]) => void },
): Promise<Check[]> {
  const { env, remember } = request;
  const isKiro = agent.kind === 'kiro';
  const program = isKiro ? 'Kiro CLI' : 'agent';
  const key = keySettingOf(agent) === 'kiro-api-key' ? 'Kiro API key' : "agent's key";
  return [
    ...(await runCheck(program, async () => {
      const located = locateAgent(agent, request).join(' ');
      const { version } = agent;
      if (!isKiro || version === undefined) return passed(program, located);
      const cliPath = cliPathOf(agent, env);
      await inSandbox(env, (sandbox) => checkVersion({ sandbox, cliPath }, version));
      return passed(program, `${located}, version ${version} as agent.version asks`);
    })),
    ...(await runCheck(key, async () => {
      const value = await readAgentKey(agent, env);
      if (value === null) return passed(key, 'the agent gets none (agent.keyVariable is not set)');
      remember(value);
      return [passed(key, 'set'), untriedKey(keySettingOf(agent) === 'kiro-api-key' ? 'Kiro' : "the agent's service")];
    })),
  ];
}
