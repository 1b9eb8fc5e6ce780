import path from 'node:path';
import { githubAddresses } from '../../../src/adapters/github/addresses.ts';
import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { createReadProjectConfigFile } from '../../../src/adapters/local/project-config-file.ts';
import { proxySecrets } from '../../../src/adapters/process/machine-variables.ts';
import { destinationColumns } from '../../../src/core/board-columns.ts';
import { type ProjectConfig, parseProjectConfig } from '../../../src/core/config.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { ENV } from '../../../src/core/names.ts';
import { createKnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { redactErrors } from '../../../src/core/secrets/redact-error.ts';
import { parseBoardAddress } from '../../../src/core/setup/board-address.ts';
import type { BoardPlan } from '../../../src/core/setup/plan-board.ts';
import { readProject } from '../../../src/flows/operate/setup/configure-project.ts';
import { type InitialisedBoard, initBoard } from '../../../src/flows/operate/setup/init-board.ts';
import { confirm } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { withDeployed } from '../deployed-place.ts';
import { openGitHub } from './github-place.ts';
import { openSetupPlace } from './setup-place.ts';

interface BoardInitOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly local?: boolean;
  /** Configuration file of this machine. */
  readonly config: string;
  readonly board?: string;
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** Whose configuration and token count. */
interface Source {
  readonly config: ProjectConfig | null;
  readonly token: string;
  readonly flag: string;
}

/** `kiro-worker board init`: returns the exit code, 4 where the board has all, 3 where nobody approved, 1 where a person has to decide. */
export async function boardInit(options: BoardInitOptions): Promise<number> {
  const known = createKnownSecrets(proxySecrets(process.env));
  return redactErrors(known.redact, async () => {
    const { config, token, flag } = options.local ? await localSource(options) : await deployedSource(options);
    known.remember(token);
    const names = namesFor(options, { config, flag });
    const found = await initBoard({
      setup: openGitHub(token).setup,
      address: names,
      names: { ...names, destinations: destinationColumns(names) },
      approve: async (plan, { title }) => {
        process.stderr.write(cleanText(`To the board "${title}" would be added:\n${formatAdditions(plan)}`));
        return options.yes === true || (await confirm('Add this?', { mayAsk: options.input !== false }));
      },
    });
    const next = `npx kiro-worker ${config === null ? 'configure project' : 'doctor'} ${flag}`;
    process.stdout.write(
      known.redact(options.json ? formatJson({ ...factsOf(found), next }) : cleanText(describe(found, next))),
    );
    return exitCodeOf(found);
  });
}

async function localSource({ config: file }: BoardInitOptions): Promise<Source> {
  const token = await createEnvironmentSecrets(process.env).githubToken();
  const place = path.resolve(file);
  const read = createReadProjectConfigFile(place);
  const config = await readProject({
    place,
    read: async () => (await read())?.text ?? null,
  });
  return { config, token, flag: '--local' };
}

/** The token of the environment, or while there is none that of this shell. */
async function deployedSource({ env }: BoardInitOptions): Promise<Source> {
  return withDeployed(env, async (place) => {
    const { environment, secrets, nameOf, project } = await openSetupPlace(place);
    const stored = (await secrets.read(nameOf('github-token')))?.trim();
    const token =
      stored || (await createEnvironmentSecrets({ [ENV.githubToken]: process.env[ENV.githubToken] }).githubToken());
    return { config: await readProject(project), token, flag: `--env ${environment}` };
  });
}

/** The configuration's names, or the defaults for a board that is named. */
function namesFor(
  { board }: BoardInitOptions,
  { config, flag }: { config: ProjectConfig | null; flag: string },
): ProjectConfig {
  if (board === undefined && config !== null) return config;
  if (board === undefined)
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: 'There is no project configuration yet that names the board.',
      remedy: `Name the board (--board ADDRESS), or fill it in: npx kiro-worker configure project ${flag}`,
    });
  const { owner, projectNumber } = parseBoardAddress(board, githubAddresses(process.env).serverUrl);
  if (config !== null) return { ...config, owner, projectNumber };
  const defaults = { [owner.kind]: owner.login, repository: 'any', projectNumber };
  return parseProjectConfig(JSON.stringify(defaults), 'the address of the board');
}

function formatAdditions({ branchField, columns }: BoardPlan): string {
  const lines = [
    ...(branchField === null ? [] : [`the text field "${branchField}"`]),
    ...(columns?.names ?? []).map((name) => `the column "${name}" (an option of "${columns?.field.name}")`),
  ];
  return lines.map((line) => `  + ${line}\n`).join('');
}

function factsOf({ design, plan, outcome }: InitialisedBoard) {
  const { branchField, columns, obstacles } = plan;
  return { board: design.url, outcome, branchField, columns: columns?.names ?? [], obstacles };
}

function describe({ design, plan, outcome }: InitialisedBoard, next: string): string {
  const words = {
    done: `Added to the board "${design.title}" (${design.url}):\n${formatAdditions(plan)}`,
    'not-approved': 'Not approved: nothing was changed.\n',
    'nothing-to-do': `The board "${design.title}" (${design.url}) lacks nothing that can be added.\n`,
  }[outcome];
  const obstacles = plan.obstacles.map((text) => `! ${text}\n`).join('');
  const then = outcome === 'not-approved' ? 'the same command with --yes, or in a terminal' : next;
  return `${words}${obstacles}Next: ${then}\n`;
}

function exitCodeOf({ outcome, plan }: InitialisedBoard): number {
  if (outcome === 'not-approved') return EXIT.needsApproval;
  if (plan.obstacles.length > 0) return EXIT.failed;
  return outcome === 'done' ? EXIT.done : EXIT.nothingToDo;
}
