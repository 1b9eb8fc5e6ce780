import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { isWorkerError } from '../../../src/core/errors.ts';
import { type Check, passed, unknown } from '../../../src/core/setup/check.ts';
import { runCheck } from '../../../src/core/setup/run-check.ts';
import { untriedKey } from '../../../src/flows/operate/setup/check-agent.ts';
import { checkToken } from '../../../src/flows/operate/setup/check-github.ts';
import { readLocalConfig } from '../../../src/local/runtime.ts';
import { openGitHub } from './github-place.ts';

/** Looks at the configuration of one machine, its secrets, and GitHub. */
export async function examineLocal(request: {
  readonly configFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly remember: (...secrets: readonly string[]) => void;
}): Promise<Check[]> {
  const { configFile, env, remember } = request;
  const secrets = createEnvironmentSecrets(env);
  const config = await attempt(() => readLocalConfig(configFile));
  const token = await attempt(() => secrets.githubToken());
  if (typeof token === 'string') remember(token);
  const ofConfig = await runCheck('configuration', async () => {
    const { repository, projectNumber } = await readLocalConfig(configFile);
    return passed('configuration', `board ${projectNumber}, repository ${repository}`);
  });
  const ofKey = await runCheck('Kiro API key', async () => {
    remember(await secrets.kiroApiKey());
    return [passed('Kiro API key', 'set'), untriedKey()];
  });
  if (token === null) {
    const ofToken = await runCheck('GitHub token', async () => {
      await secrets.githubToken();
      return [];
    });
    return [...ofConfig, ...ofKey, ...ofToken];
  }
  const github = openGitHub(token);
  if (config !== null) return [...ofConfig, ...ofKey, ...(await github.check(config))];
  return [...ofConfig, ...ofKey, ...(await checkToken({ setup: github.setup, token })), untried()];
}

function untried(): Check {
  return unknown('board', {
    detail: 'not looked at, as there is no configuration',
    remedy: 'npx kiro-worker configure project --local',
  });
}

/** Null where a check of its own says what is wrong. */
async function attempt<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isWorkerError(error)) return null;
    throw error;
  }
}
