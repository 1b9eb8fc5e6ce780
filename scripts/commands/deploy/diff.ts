import { load } from 'js-yaml';
import { getParameter } from '../../../src/adapters/aws/operate/get-parameter.ts';
import { buildFunctionPackages } from '../../../src/adapters/bundle/function-packages.ts';
import { buildRelease } from '../../../src/adapters/bundle/release-bundle.ts';
import type { Difference } from '../../../src/core/deploy/difference.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { resourceNames } from '../../../src/core/names.ts';
import { parseChosenRelease } from '../../../src/core/release.ts';
import { compareStacks, type StackComparison } from '../../../src/flows/operate/deploy/compare-stacks.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { createProgress } from '../../terminal/progress.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { bucketOf, chooseStacks, type DeploymentPlace, openDeploymentPlace, packageStack } from './deployment-place.ts';

export interface DiffOptions {
  readonly env?: string;
  /** Exit code 4 when nothing differs. */
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

const LONGEST_VALUE = 120;

/** `kiro-worker diff`: returns the exit code. Writes nothing to AWS. */
export async function diff(names: readonly string[], options: DiffOptions): Promise<number> {
  const config = chosenEnvironment(options.env, process.env);
  const chosen = chooseStacks(config, names);
  const progress = createProgress();
  progress.show({ phase: 'diff', text: 'Bundling the functions and the worker' });
  let place: DeploymentPlace | undefined;
  try {
    const [code, release] = await Promise.all([buildFunctionPackages(), buildRelease()]);
    place = await openDeploymentPlace(config);
    progress.show({ phase: 'diff', text: 'Reading what was deployed' });
    const comparisons = await compareStacks(
      { stacks: place.stacks, packageStack: (stack, { bucketName }) => packageStack(stack, { bucketName, code }) },
      { ...chosen, bucketOf, parse: load },
    );
    const worker = { now: await chosenRelease(place), next: release.hash };
    progress.stop();
    const areStacksSame = comparisons.every(({ isNew, differences }) => !isNew && differences.length === 0);
    const isSame = areStacksSame && worker.now === worker.next;
    const text = `${comparisons.map(formatComparison).join('')}${formatWorker(worker)}${EXPLANATION}Next: npx kiro-worker deploy --env ${config.environment}${isSame ? '' : ' --plan-only'}\n`;
    process.stdout.write(
      options.json ? formatJson({ environment: config.environment, stacks: comparisons, worker }) : cleanText(text),
    );
    return isSame && options.exitCode ? EXIT.nothingToDo : EXIT.done;
  } finally {
    progress.stop();
    place?.close();
  }
}

const EXPLANATION =
  'Compared: the templates, parameters and tags that were sent last, and the worker of new builds, with those of this checkout. What CloudFormation would replace, only a change set says.\n';

async function chosenRelease({ config, clients }: DeploymentPlace): Promise<string | null> {
  const { releaseParameter } = resourceNames(config.environment);
  const found = await getParameter(await clients.ssm(), releaseParameter);
  return parseChosenRelease(found?.Value ?? '', `The SSM parameter ${releaseParameter}`)?.hash ?? null;
}

function formatWorker({ now, next }: { now: string | null; next: string }): string {
  if (now === next) return 'Worker: nothing differs\n';
  return `Worker:\n  ${now === null ? 'none was chosen' : now.slice(0, 12)} -> ${next.slice(0, 12)}\n`;
}

function formatComparison({ stackName, isNew, differences }: StackComparison): string {
  if (isNew) return `${stackName}: would be made\n`;
  if (differences.length === 0) return `${stackName}: nothing differs\n`;
  return `${stackName}:\n${differences.map(formatDifference).join('')}`;
}

function formatDifference({ kind, path, before, after }: Difference): string {
  const values = [kind === 'added' ? [] : [shorten(before)], kind === 'removed' ? [] : [shorten(after)]].flat();
  return `  ${kind} ${path}: ${values.join(' -> ')}\n`;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
