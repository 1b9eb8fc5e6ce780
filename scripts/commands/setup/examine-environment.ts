import { findCaller } from '../../../src/adapters/aws/caller-account.ts';
import { operatorClients } from '../../../src/adapters/aws/cli-clients.ts';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { getParameter } from '../../../src/adapters/aws/operate/get-parameter.ts';
import type { ProjectConfig } from '../../../src/core/config.ts';
import { isWorkerError } from '../../../src/core/errors.ts';
import { ENV, resourceNames } from '../../../src/core/names.ts';
import { parseGitCredentials } from '../../../src/core/secrets/formats.ts';
import { type Check, unknown, warning } from '../../../src/core/setup/check.ts';
import { runCheck } from '../../../src/core/setup/run-check.ts';
import { checkAccount } from '../../../src/flows/operate/setup/check-account.ts';
import { checkAgent } from '../../../src/flows/operate/setup/check-agent.ts';
import { checkToken } from '../../../src/flows/operate/setup/check-github.ts';
import { checkConfiguration, checkSecrets } from '../../../src/flows/operate/setup/check-settings.ts';
import { readProject } from '../../../src/flows/operate/setup/configure-project.ts';
import type { EnvironmentConfig } from '../../../src/stacks/environments/config.ts';
import { examineAccess } from './access.ts';
import { openGitHub } from './github-place.ts';
import { openSetupPlace, type SetupPlace } from './setup-place.ts';

interface Request {
  readonly settings: EnvironmentConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly remember: (...secrets: readonly string[]) => void;
  readonly step: (text: string) => void;
}

/** Looks at account, secrets, configuration and GitHub of an environment, which need not be deployed yet. */
export async function examineEnvironment(request: Request): Promise<{ checks: Check[]; isDeployed: boolean }> {
  const { settings, env, step } = request;
  const { environment, region, account } = settings;
  const clients = operatorClients({ region });
  try {
    step(`Asking AWS in ${region}`);
    const shellRegion = env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
    const ofAccount = await runCheck('AWS credentials', async () => {
      const caller = await findCaller(await clients.sts());
      return checkAccount({ caller, environment, account, region, shellRegion });
    });
    // Whatever another account or nobody's credentials show says nothing of this environment.
    if (ofAccount.some(({ state }) => state === 'failed' || state === 'unknown'))
      return { checks: [...ofAccount, notLookedAt(environment)], isDeployed: false };
    const deployed = await isDeployed(request, clients);
    if (typeof deployed !== 'boolean') return { checks: [...ofAccount, ...deployed], isDeployed: false };
    step('Asking IAM');
    const ofRights = await rightsOf(request, { clients, deployed });
    if (!deployed)
      return { checks: [...ofAccount, ...ofRights, ...(await beforeDeployment(request))], isDeployed: false };
    const place = await openSetupPlace({ settings, clients });
    const ofSettings = [
      ...(await runCheck('secrets', () => checkSecrets(place, { environment }))),
      ...(await runCheck('project configuration', () => checkConfiguration(place, { environment }))),
      ...(await runCheck('agent key and quota', async () => {
        const client = await clients.dynamo();
        const locks = createDynamoLockStore({ client, tableName: resourceNames(environment).locksTable });
        const config = await configOf(place);
        return checkAgent({ locks }, { environment, ...(config && { agent: config.agent }) });
      })),
    ];
    step('Asking GitHub');
    return {
      checks: [...ofAccount, ...ofRights, ...ofSettings, ...(await examineGitHub(place, request))],
      isDeployed: true,
    };
  } finally {
    clients.close();
  }
}

/** The project configuration is there from the first deployment on. */
async function isDeployed(
  { settings }: Request,
  clients: ReturnType<typeof operatorClients>,
): Promise<boolean | readonly Check[]> {
  let found = false;
  const problems = await runCheck('deployment', async () => {
    const name = resourceNames(settings.environment).projectConfigParameter;
    found = (await getParameter(await clients.ssm(), name)) !== null;
    return [];
  });
  return problems.length > 0 ? problems : found;
}

/** Before the first deployment the rights of a deployer are needed, later those of an operator; then somebody else may deploy. */
async function rightsOf(
  { settings }: Request,
  { clients, deployed }: { clients: ReturnType<typeof operatorClients>; deployed: boolean },
): Promise<Check[]> {
  if (!deployed) return examineAccess({ settings, clients, roles: ['deployer'] });
  const checks = await examineAccess({ settings, clients, roles: ['operator', 'deployer'] });
  return checks.map((check) =>
    check.name.endsWith('deployer') && check.state === 'failed' ? { ...check, state: 'warning' } : check,
  );
}

async function beforeDeployment({ settings, env, remember }: Request): Promise<Check[]> {
  const { environment } = settings;
  const deployment = warning('deployment', {
    detail: `${environment} is not deployed yet, so that secrets and board are not looked at`,
    remedy: `npx kiro-worker deploy --env ${environment}`,
  });
  const token = env[ENV.githubToken]?.trim() ?? '';
  if (token === '') return [deployment];
  remember(token);
  return [deployment, ...(await checkToken({ setup: openGitHub(token).setup, token }))];
}

/** As far as token and configuration are there; a check of their own says where they are not. */
async function examineGitHub(place: SetupPlace, { remember }: Request): Promise<readonly Check[]> {
  let config: ProjectConfig | null = null;
  let token: string | null = null;
  let git: { username: string; password: string } | undefined;
  const problems = await runCheck('GitHub', async () => {
    const [ofToken, ofGit] = await Promise.all([
      place.secrets.read(place.nameOf('github-token')),
      place.secrets.read(place.nameOf('git-credentials')),
    ]);
    token = ofToken?.trim() ?? null;
    remember(...[token, ofGit].filter((value) => value !== null));
    if (ofGit !== null) git = parseGitCredentials(ofGit, `the secret ${place.nameOf('git-credentials')}`);
    if (git !== undefined) remember(git.password);
    config = await configOf(place);
    return [];
  });
  if (problems.length > 0) return problems;
  if (token === null || config === null) return [];
  return openGitHub(token).check(config, git);
}

async function configOf(place: SetupPlace): Promise<ProjectConfig | null> {
  try {
    return await readProject(place.project);
  } catch (error) {
    if (isWorkerError(error, 'CONFIG_INVALID')) return null;
    throw error;
  }
}

function notLookedAt(environment: string): Check {
  return unknown('deployment', {
    detail: `${environment} was not looked at with these credentials`,
    remedy: 'Mend them first, then type the command again.',
  });
}
