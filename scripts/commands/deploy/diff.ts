import { load } from 'js-yaml';
import { buildFunctionPackages } from '../../../src/adapters/bundle/function-packages.ts';
import type { Difference } from '../../../src/core/deploy/difference.ts';
import { cleanText } from '../../../src/core/markdown.ts';
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
  progress.show({ phase: 'diff', text: 'Bundling the functions' });
  let place: DeploymentPlace | undefined;
  try {
    const code = await buildFunctionPackages();
    place = await openDeploymentPlace(config);
    progress.show({ phase: 'diff', text: 'Reading what was deployed' });
    const comparisons = await compareStacks(
      { stacks: place.stacks, packageStack: (stack, { bucketName }) => packageStack(stack, { bucketName, code }) },
      { ...chosen, bucketOf, parse: load },
    );
    progress.stop();
    const isSame = comparisons.every(({ isNew, differences }) => !isNew && differences.length === 0);
    const text = `${comparisons.map(formatComparison).join('')}${EXPLANATION}Next: npx kiro-worker deploy --env ${config.environment}${isSame ? '' : ' --plan-only'}\n`;
    process.stdout.write(options.json ? formatJson(comparisons) : cleanText(text));
    return isSame && options.exitCode ? EXIT.nothingToDo : EXIT.done;
  } finally {
    progress.stop();
    place?.close();
  }
}

const EXPLANATION =
  'Compared: the templates, parameters and tags that were sent last with those of this checkout. What CloudFormation would replace, only a change set says.\n';

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
