import { proxySecrets } from '../../../src/adapters/process/machine-variables.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { createKnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { redactErrors } from '../../../src/core/secrets/redact-error.ts';
import { type Check, isWell } from '../../../src/core/setup/check.ts';
import { checkMachine, checkPlainTools, checkRuns } from '../../../src/local/machine-checks.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatNext } from '../../terminal/next.ts';
import { createProgress, type Progress } from '../../terminal/progress.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { formatChecks } from './check-table.ts';
import { examineEnvironment } from './examine-environment.ts';
import { examineLocal } from './examine-local.ts';

interface DoctorOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly local?: boolean;
  /** Configuration file of this machine. */
  readonly config: string;
  readonly json?: boolean;
}

/** `kiro-worker doctor`: all findings at once, each with its remedy. Returns the exit code, 1 where something failed or is unknown. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const known = createKnownSecrets(proxySecrets(process.env));
  const progress = createProgress({ redact: known.redact });
  return redactErrors(known.redact, async () => {
    try {
      const { checks, place, next } = await examine(options, { progress, remember: known.remember });
      progress.stop();
      const text = `${formatChecks(checks)}\n${formatNext(next)}`;
      process.stdout.write(known.redact(options.json ? formatJson({ place, checks, next }) : cleanText(text)));
      return isWell(checks) ? EXIT.done : EXIT.failed;
    } finally {
      progress.stop();
    }
  });
}

async function examine(
  options: DoctorOptions,
  { progress, remember }: { progress: Progress; remember: (...secrets: readonly string[]) => void },
): Promise<{ checks: readonly Check[]; place: string; next: string }> {
  const step = (text: string) => progress.show({ phase: 'doctor', text });
  // A slip is told before anything is looked at.
  const settings = options.local ? null : chosenEnvironment(options.env, process.env);
  step('Looking at this machine');
  const machine = await checkMachine(process.env);
  if (settings === null) {
    const runs = await checkRuns(process.env);
    step('Asking GitHub');
    const { isolation } = runs;
    const rest = await examineLocal({ configFile: options.config, env: process.env, isolation, remember });
    const checks = [...machine, ...runs.checks, ...rest];
    return { checks, place: 'this machine', next: nextOf(checks, 'npx kiro-worker local poll') };
  }
  const tools = await checkPlainTools();
  const { checks: ofEnvironment, isDeployed } = await examineEnvironment({
    settings,
    env: process.env,
    remember,
    step,
  });
  const checks = [...machine, ...tools, ...ofEnvironment];
  const flag = `--env ${settings.environment}`;
  const well = isDeployed ? `npx kiro-worker verify ${flag}` : `npx kiro-worker deploy ${flag}`;
  return { checks, place: settings.environment, next: nextOf(checks, well) };
}

function nextOf(checks: readonly Check[], well: string): string {
  const first = checks.find(({ state }) => state === 'failed') ?? checks.find(({ state }) => state === 'unknown');
  return first?.remedy ?? well;
}
