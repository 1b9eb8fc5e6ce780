import { githubAddresses } from '../../../src/adapters/github/addresses.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { ENV } from '../../../src/core/names.ts';
import type { KnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { type BoardAddress, parseBoardAddress } from '../../../src/core/setup/board-address.ts';
import { type Check, passed, warning } from '../../../src/core/setup/check.ts';
import { parseSecretInput, type SecretInput, type SecretSetting } from '../../../src/core/setup/secret-input.ts';
import { checkPush, checkToken } from '../../../src/flows/operate/setup/check-github.ts';
import { configureProject, readProject } from '../../../src/flows/operate/setup/configure-project.ts';
import { configureSecret } from '../../../src/flows/operate/setup/configure-secret.ts';
import type { Setting } from '../../../src/flows/operate/setup/show-settings.ts';
import { askChoice, askText, mayAsk } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import type { Progress } from '../../terminal/progress.ts';
import { formatChecks } from './check-table.ts';
import type { ConfigureOptions, Report } from './configure-types.ts';
import { type GitHubPlace, openGitHub } from './github-place.ts';
import { readSecret } from './read-secret.ts';
import type { SetupPlace } from './setup-place.ts';

interface Request {
  readonly setup: SetupPlace;
  readonly options: ConfigureOptions;
  readonly known: KnownSecrets;
  readonly progress: Progress;
}

/** Fills in one setting, tried first. */
export async function configureOne(setting: Setting, request: Request): Promise<Report> {
  request.progress.stop();
  if (setting === 'project') return configureBoard(request);
  return setting === 'alert-email' ? configureEmail(request) : configureValue(setting, request);
}

const LABELS: Readonly<Record<SecretSetting, string>> = {
  'github-token': 'GitHub token',
  'git-credentials': 'GitHub token for git, or {"username","password"}',
  'kiro-api-key': 'Kiro API key',
  'agent-key': "Agent's key",
};

async function configureValue(setting: SecretSetting, { setup, options, known, progress }: Request): Promise<Report> {
  const input = parseSecretInput(setting, await readSecret(LABELS[setting], options));
  known.remember(input.value, ...(input.credentials === null ? [] : [input.credentials.password]));
  progress.show({ phase: setting, text: 'Trying it before it is written' });
  const name = setup.nameOf(setting);
  const { checks, isWritten, isReplaced } = await configureSecret({
    secrets: setup.secrets,
    name,
    input,
    tryIt: (tried) => trySecret(setting, { setup, input: tried }),
  });
  const earlier = isReplaced ? 'The earlier value is kept as its previous version.' : 'The next poll and build use it.';
  return report({ setting, checks, isWritten, done: `${name} is set. ${earlier}`, more: { isReplaced } });
}

async function trySecret(
  setting: SecretSetting,
  { setup, input }: { setup: SetupPlace; input: SecretInput },
): Promise<readonly Check[]> {
  const { credentials } = input;
  if (credentials === null) {
    const service = setting === 'agent-key' ? 'the service of the agent' : 'Kiro';
    return [
      warning(LABELS[setting], {
        detail: `it looks like a key; ${service} has no way to try one without using it up`,
        remedy: `Nothing now; the first build tells, and a key that ${service} rejects lets no card begin.`,
      }),
    ];
  }
  const config = await readProject(setup.project);
  const github = openGitHub(credentials.password);
  const untried = warning('board and repository', {
    detail: 'not tried: the project configuration is not filled in yet',
    remedy: `Next: npx kiro-worker configure project --env ${setup.environment}; it tries both.`,
  });
  if (setting === 'github-token') {
    if (config !== null) return github.check(config);
    return [...(await checkToken({ setup: github.setup, token: credentials.password })), untried];
  }
  if (config === null) return [untried];
  return [await checkPush({ askPush: github.askPush, repository: config.repository, credentials })];
}

async function configureBoard({ setup, options, known, progress }: Request): Promise<Report> {
  const address = await chosenBoard(options);
  const token = (await setup.secrets.read(setup.nameOf('github-token'))) ?? process.env[ENV.githubToken] ?? '';
  known.remember(token);
  if (token.trim() === '')
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: 'Nobody can ask GitHub about the board yet: there is no GitHub token.',
      remedy: `Fill it in first: npx kiro-worker configure github-token --env ${setup.environment}`,
    });
  return boardReport({ github: openGitHub(token.trim()), address, store: setup.project, options, progress });
}

/** Returns the board that the options name, or somebody at the terminal. Throws ARGUMENT_INVALID. */
export async function chosenBoard({ board, input }: ConfigureOptions): Promise<BoardAddress> {
  const { serverUrl } = githubAddresses(process.env);
  const address = board ?? (mayAsk(input) ? await askText('Web address of the board:') : null);
  if (address) return parseBoardAddress(address, serverUrl);
  throw new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: 'There is no address of a board.',
    remedy: `Open the board in a browser, and give its address: --board ${serverUrl}/orgs/ORGANISATION/projects/NUMBER`,
  });
}

/** Makes the project configuration of a board, for the store of an environment or of this machine. */
export async function boardReport(request: {
  readonly github: GitHubPlace;
  readonly address: BoardAddress;
  readonly store: SetupPlace['project'];
  readonly options: ConfigureOptions;
  readonly progress: Progress;
}): Promise<Report> {
  const { github, store, options, progress, address } = request;
  const isAsking = mayAsk(options.input);
  progress.show({ phase: 'project', text: 'Asking GitHub about the board' });
  const { checks, isWritten, config } = await configureProject({
    store,
    setup: github.setup,
    address,
    choices: { repository: options.repository, column: options.column },
    choose: async (what, choices) => {
      progress.stop();
      return isAsking && choices.length > 0 ? askChoice(`Which ${what}?`, choices) : null;
    },
    tryIt: (made) => github.check(made),
  });
  const done = `${store.place} says: repository ${config.repository}, cards in "${config.targetStatusColumn}".`;
  return report({ setting: 'project', checks, isWritten, done, more: { repository: config.repository } });
}

async function configureEmail({ setup, options, progress }: Request): Promise<Report> {
  const address = (options.email ?? (mayAsk(options.input) ? await askText('E-mail address:') : '')).trim();
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address))
    throw new WorkerError({
      code: 'ARGUMENT_INVALID',
      what: `${JSON.stringify(address)} is not an e-mail address.`,
      remedy: 'Give one: --email you@example.com',
    });
  progress.show({ phase: 'alert-email', text: 'Looking who hears of alarms' });
  const all = await setup.alerts.list();
  if (all === null)
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: 'There is no topic of alarms yet.',
      remedy: `Deploy the Monitoring stack first: npx kiro-worker deploy --env ${setup.environment}`,
    });
  const known = all.find((one) => one.address.toLowerCase() === address.toLowerCase());
  // A second request makes AWS send its mail again.
  if (!known?.isConfirmed) await setup.alerts.subscribe(address);
  const detail = known?.isConfirmed
    ? `${address} hears of alarms already`
    : `AWS has sent a mail to ${address}: confirm it there`;
  return report({
    setting: 'alert-email',
    checks: [passed('subscription', detail)],
    isWritten: true,
    done: '',
    more: { address },
  });
}

function report(found: {
  readonly setting: Setting;
  readonly checks: readonly Check[];
  readonly isWritten: boolean;
  readonly done: string;
  readonly more: object;
}): Report {
  const { setting, checks, isWritten, done, more } = found;
  const ending = isWritten ? done : `${setting} was not written: what stands there stays as it is.`;
  return {
    facts: { setting, isWritten, checks, ...more },
    text: `${formatChecks(checks)}\n${ending === '' ? '' : `${ending}\n`}`,
    exitCode: isWritten ? EXIT.done : EXIT.failed,
  };
}
