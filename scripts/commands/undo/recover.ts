import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import {
  type RecoveredStack,
  type RecoveryAction,
  recoverStacks,
} from '../../../src/flows/operate/undo/recover-stacks.ts';
import type { EnvironmentConfig } from '../../../src/stacks/environments/config.ts';
import { confirm } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatTable } from '../../terminal/table.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { deploy } from '../deploy/deploy.ts';
import { chooseOwnStacks, withUndoPlace } from './undo-place.ts';

export interface RecoverOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  /** Ids of resources that are left as they are. */
  readonly skip?: readonly string[];
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker recover [stack...]`: exit code 0, 3 when something was not approved, 4 when no stack needed it. A stack that had to be
 *  deleted is deployed again, as `deploy` does; in production from a reviewed plan alone, so that is the next command there. */
export async function recover(names: readonly string[], options: RecoverOptions): Promise<number> {
  const config = chosenEnvironment(options.env, process.env);
  const { environment } = config;
  const recovered = await recoverNamed(names, { config, options });
  const declined = recovered.some(({ action }) => action === 'declined');
  const lost = recovered.filter(({ action }) => action === 'to-create').map(({ stackName }) => stackName);
  const isDeploying = lost.length > 0 && !declined && environment !== 'production';
  const text = describe(recovered, { environment, isDeploying });
  if (isDeploying) {
    process.stderr.write(text);
    return deploy(lost, { ...options, env: environment });
  }
  process.stdout.write(options.json ? formatJson({ environment, stacks: recovered }) : text);
  if (declined) return EXIT.needsApproval;
  return recovered.every(({ action }) => action === 'none') ? EXIT.nothingToDo : EXIT.done;
}

async function recoverNamed(
  names: readonly string[],
  { config, options }: { config: EnvironmentConfig; options: RecoverOptions },
): Promise<RecoveredStack[]> {
  const { environment } = config;
  const { stacks } = chooseOwnStacks(config, names);
  const { skip = [] } = options;
  if (skip.length > 0 && stacks.length !== 1) throw skipNeedsOneStack();
  const next = `npx kiro-worker recover --env ${environment}`;
  return withUndoPlace({ config, verb: 'recover', next }, async ({ ports, progress, token }) => {
    const approve = async (question: string) => {
      if (options.yes === true) return true;
      progress.stop();
      return confirm(question, { mayAsk: options.input !== false });
    };
    return recoverStacks(ports, { environment, stacks, areNamed: names.length > 0, skip, token, approve });
  });
}

const DONE: Readonly<Record<RecoveryAction, string>> = {
  none: 'needs nothing',
  'rolled-back': 'rolled back to what it was before',
  'rollback-continued': 'rolled back to what it was before',
  'to-create': 'deleted, to be deployed again',
  deleted: 'deleted',
  declined: 'not approved',
};

function describe(
  recovered: readonly RecoveredStack[],
  { environment, isDeploying }: { environment: string; isDeploying: boolean },
): string {
  const table = formatTable({
    head: ['Stack', 'Was', 'Now', 'What was done'],
    rows: recovered.map(({ stackName, before, after, action }) => [
      stackName,
      before ?? 'not there',
      after ?? 'not there',
      DONE[action],
    ]),
  });
  return cleanText(`${table}\n${isDeploying ? '' : `Next: ${nextOf(recovered, environment)}\n`}`);
}

function nextOf(recovered: readonly RecoveredStack[], environment: string): string {
  const actions = new Set(recovered.map(({ action }) => action));
  const deploy = `npx kiro-worker deploy --env ${environment}`;
  if (actions.has('declined')) return 'the same command with --yes, or in a terminal';
  if (actions.has('to-create')) return `${deploy} --plan-only --out plan.json`;
  if (actions.has('deleted')) return `${deploy}, or npx kiro-worker destroy --env ${environment}`;
  const isWhole = recovered.every(({ after }) => after !== null && after !== 'REVIEW_IN_PROGRESS');
  return isWhole && actions.size === 1 && actions.has('none') ? `npx kiro-worker status --env ${environment}` : deploy;
}

function skipNeedsOneStack(): WorkerError {
  return new WorkerError({
    code: 'ARGUMENT_INVALID',
    what: '--skip names resources of one stack, and no single stack was named.',
    remedy: 'Name the stack too: npx kiro-worker recover STACK --skip RESOURCE',
  });
}
