import { proxySecrets } from '../../../src/adapters/process/machine-variables.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { ENV } from '../../../src/core/names.ts';
import { createKnownSecrets, type KnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { redactErrors } from '../../../src/core/secrets/redact-error.ts';
import { type Setting, type SettingState, showSettings } from '../../../src/flows/operate/setup/show-settings.ts';
import { confirm, mayAsk } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import type { DeployedPlace } from '../deployed-place.ts';
import { withDeployed } from '../deployed-place.ts';
import { configureLocal } from './configure-local.ts';
import { configureOne } from './configure-one.ts';
import type { ConfigureOptions, Report } from './configure-types.ts';
import { formatStates } from './settings-table.ts';
import { openSetupPlace, type SetupPlace } from './setup-place.ts';

/** `kiro-worker configure [setting]`: returns the exit code, 1 where what was entered is not written. */
export async function configure(setting: Setting | undefined, options: ConfigureOptions): Promise<number> {
  const known = createKnownSecrets([...proxySecrets(process.env), ...fromEnvironment()]);
  return redactErrors(known.redact, async () => {
    const report = options.local
      ? await configureLocal(setting, options)
      : await withDeployed(options.env, (place) => configureDeployed(setting, { options, known, place }));
    process.stdout.write(known.redact(options.json ? formatJson(report.facts) : cleanText(report.text)));
    return report.exitCode;
  });
}

function fromEnvironment(): string[] {
  return [process.env[ENV.githubToken], process.env[ENV.kiroApiKey], process.env[ENV.agentKey]].flatMap(
    (value) => value?.trim() || [],
  );
}

interface Run {
  readonly options: ConfigureOptions;
  readonly known: KnownSecrets;
  readonly place: DeployedPlace;
}

async function configureDeployed(setting: Setting | undefined, { options, known, place }: Run): Promise<Report> {
  const { progress } = place;
  const setup = await openSetupPlace(place);
  const request = { setup, options, known, progress };
  if (setting === undefined) {
    if (mayAsk(options.input) && !options.json) await fillInMissing(request);
    return showAll(setup);
  }
  const { facts, text, exitCode } = await configureOne(setting, request);
  const next =
    exitCode === EXIT.done ? nextOf(await statesOf(setup), setup.environment) : 'the same command, once that is mended';
  progress.stop();
  return { facts: { environment: setup.environment, ...facts, next }, text: `${text}Next: ${next}\n`, exitCode };
}

/** Goes through what is not set, in its order. */
async function fillInMissing(request: Parameters<typeof configureOne>[1]): Promise<void> {
  const { setup, options, progress } = request;
  for (const { setting, isSet, detail } of await statesOf(setup)) {
    progress.stop();
    if (isSet === true) continue;
    process.stderr.write(`${cleanText(`${setting}: ${detail}`)}\n`);
    if (!(await confirm(`Fill in ${setting} now?`, { mayAsk: options.input !== false }))) continue;
    const { text } = await configureOne(setting, request);
    progress.stop();
    process.stderr.write(cleanText(text));
  }
}

async function showAll(setup: SetupPlace): Promise<Report> {
  const states = await statesOf(setup);
  const { environment } = setup;
  const next = nextOf(states, environment);
  const exitCode = states.some(({ isSet }) => isSet === null) ? EXIT.failed : EXIT.done;
  return { facts: { environment, settings: states, next }, text: `${formatStates(states)}\nNext: ${next}\n`, exitCode };
}

function statesOf({ secrets, nameOf, project, alerts }: SetupPlace): Promise<SettingState[]> {
  return showSettings({ secrets, nameOf, project, alerts });
}

function nextOf(states: readonly SettingState[], environment: string): string {
  const missing = states.find(({ isSet }) => isSet !== true);
  if (missing?.isSet === null) return `npx kiro-worker doctor --env ${environment}`;
  if (missing?.setting === 'alert-email' && missing.detail.includes('not confirmed'))
    return `confirm the e-mail that AWS has sent, then: npx kiro-worker verify --env ${environment}`;
  return missing === undefined
    ? `npx kiro-worker verify --env ${environment}`
    : `npx kiro-worker configure ${missing.setting} --env ${environment}`;
}
