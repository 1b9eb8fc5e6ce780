import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { createReadProjectConfigFile } from '../../../src/adapters/local/project-config-file.ts';
import { type AgentConfig, AgentFields } from '../../../src/core/agent/settings.ts';
import { errorMessage, isWorkerError, WorkerError } from '../../../src/core/errors.ts';
import { ENV } from '../../../src/core/names.ts';
import type { ProjectConfigStore } from '../../../src/core/ports/setup/settings-store.ts';
import { readProject } from '../../../src/flows/operate/setup/configure-project.ts';
import { projectState, type Setting } from '../../../src/flows/operate/setup/show-settings.ts';
import { keyVariableOf, readAgentKey } from '../../../src/local/agent-checks.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { createProgress } from '../../terminal/progress.ts';
import { boardReport, chosenBoard } from './configure-one.ts';
import type { ConfigureOptions, Report } from './configure-types.ts';
import { openGitHub } from './github-place.ts';
import { formatStates } from './settings-table.ts';

/** `configure --local`: this machine has its secrets in the environment, and its configuration in a file. */
export async function configureLocal(setting: Setting | undefined, options: ConfigureOptions): Promise<Report> {
  const file = path.resolve(options.config);
  const store = projectFile(file);
  if (setting === undefined) return showLocal(store, options);
  if (setting !== 'project') throw notHere(setting);
  const address = await chosenBoard(options);
  const token = await createEnvironmentSecrets(process.env).githubToken();
  const progress = createProgress();
  try {
    const { facts, text, exitCode } = await boardReport({
      github: openGitHub(token),
      address,
      store,
      options,
      progress,
    });
    const next = exitCode === EXIT.done ? 'npx kiro-worker doctor --local' : 'the same command, once that is mended';
    return { facts: { file, ...facts, next }, text: `${text}Next: ${next}\n`, exitCode };
  } finally {
    progress.stop();
  }
}

function projectFile(file: string): ProjectConfigStore {
  const read = createReadProjectConfigFile(file);
  return {
    place: file,
    read: async () => (await read())?.text ?? null,
    write: (text) => writeFile(file, text),
  };
}

async function showLocal(store: ProjectConfigStore, options: ConfigureOptions): Promise<Report> {
  const secrets = createEnvironmentSecrets(process.env);
  const agent = await agentOf(store);
  const variable = keyVariableOf(agent);
  const states = [
    await stateOf(ENV.githubToken, async () => void (await secrets.githubToken())),
    ...(variable === null ? [] : [await stateOf(variable, async () => void (await readAgentKey(agent, process.env)))]),
    { setting: 'project', ...(await projectState(store)) },
  ];
  const missing = states.find(({ isSet }) => !isSet);
  const flag = options.config === 'kiro-worker.config.json' ? '' : ` --config ${options.config}`;
  const next =
    missing === undefined
      ? `npx kiro-worker doctor --local${flag}`
      : missing.setting === 'project'
        ? `npx kiro-worker configure project --local${flag}`
        : `set ${missing.setting} in this shell: read -rs ${missing.setting} && export ${missing.setting}`;
  return { facts: { settings: states, next }, text: `${formatStates(states)}\nNext: ${next}\n`, exitCode: EXIT.done };
}

/** Kiro where no configuration can be read; its own state says why. */
async function agentOf(store: ProjectConfigStore): Promise<AgentConfig> {
  try {
    return (await readProject(store))?.agent ?? AgentFields.parse({});
  } catch {
    return AgentFields.parse({});
  }
}

async function stateOf(setting: string, look: () => Promise<void>) {
  try {
    await look();
    return { setting, isSet: true, detail: 'set in the environment' };
  } catch (error) {
    const detail = isWorkerError(error, 'SETUP_INCOMPLETE') ? 'not set in the environment' : errorMessage(error);
    return { setting, isSet: false, detail };
  }
}

function notHere(setting: Setting): WorkerError {
  const variables = { 'kiro-api-key': ENV.kiroApiKey, 'agent-key': ENV.agentKey } as const;
  const variable = setting === 'kiro-api-key' || setting === 'agent-key' ? variables[setting] : ENV.githubToken;
  return new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: `${setting} is not kept on this machine.`,
    remedy:
      setting === 'alert-email'
        ? 'One machine sends no alarms; leave it out.'
        : `One machine takes it from the environment variable ${variable}; git uses the GitHub token.`,
  });
}
