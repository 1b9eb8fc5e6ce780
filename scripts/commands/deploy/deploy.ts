import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { widensAccess } from '../../../src/adapters/aws/policy-comparison.ts';
import { buildFunctionPackages } from '../../../src/adapters/bundle/function-packages.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { formatPlan, parsePlan } from '../../../src/core/deploy/plan.ts';
import type { Risk, RiskRule } from '../../../src/core/deploy/review-rules.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import type { Stack } from '../../../src/core/ports/stacks.ts';
import { type Deployment, deployStacks, type Round } from '../../../src/flows/operate/deploy/deploy-stacks.ts';
import type { DeployPorts } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { deployPlan, type Place, planDeployment } from '../../../src/flows/operate/deploy/plan-deployment.ts';
import { protectStacks } from '../../../src/flows/operate/deploy/protect-stacks.ts';
import { confirm } from '../../terminal/confirm.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { createProgress, type Progress } from '../../terminal/progress.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { bucketOf, chooseStacks, type DeploymentPlace, openDeploymentPlace, packageStack } from './deployment-place.ts';
import { formatReview, formatRisks } from './show-review.ts';

export interface DeployOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly yes?: boolean;
  readonly allow?: readonly RiskRule[];
  readonly planOnly?: boolean;
  /** Where --plan-only writes the plan. */
  readonly out?: string;
  /** Plan to be carried out. */
  readonly plan?: string;
  /** Where the outputs of all stacks are written, as JSON. */
  readonly outputs?: string;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker deploy`: returns the exit code. Nothing is carried out that was not reviewed, or that a rule blocks. */
export async function deploy(names: readonly string[], options: DeployOptions): Promise<number> {
  const config = chosenEnvironment(options.env, process.env);
  const chosen = chooseStacks(config, names);
  if (config.environment === 'production') await refuseUnreviewed(options);
  const progress = createProgress();
  progress.show({ phase: 'deploy', text: 'Bundling the functions' });
  const sayWhatGoesOn = () => {
    progress.stop();
    process.stderr.write(interruption(config.environment));
    process.exit(130);
  };
  process.once('SIGINT', sayWhatGoesOn);
  let place: DeploymentPlace | undefined;
  try {
    const code = await buildFunctionPackages();
    place = await openDeploymentPlace(config);
    const ports = portsOf(place, { code, progress });
    const { environment, region } = config;
    const request = { environment, region, account: place.account, ...chosen, bucketOf, token: newToken() };
    const run = { ports, request, options, progress };
    if (options.planOnly) return await makePlan(run);
    return options.plan === undefined ? await deployNow(run) : await carryOut(options.plan, run);
  } finally {
    process.off('SIGINT', sayWhatGoesOn);
    progress.stop();
    place?.close();
  }
}

function interruption(environment: string): string {
  return `Interrupted. What CloudFormation has begun goes on without this command: the console of CloudFormation shows it.
Next, once it has ended: npx kiro-worker deploy --env ${environment}
`;
}

interface Run {
  readonly ports: DeployPorts;
  readonly request: Deployment & Place;
  readonly options: DeployOptions;
  readonly progress: Progress;
}

async function deployNow({ ports, request, options, progress }: Run): Promise<number> {
  const review = (round: Round) => {
    progress.stop();
    process.stderr.write(`${cleanText(formatReview(round))}\n`);
  };
  const approve = async () =>
    options.yes === true || (await confirm('Deploy this?', { mayAsk: options.input !== false }));
  const result = await deployStacks(ports, { ...request, allowed: options.allow ?? [], review, approve });
  progress.stop();
  if (result.kind === 'blocked') return showBlocked(result.risks, options);
  if (result.kind === 'not-approved') {
    const text = `Not approved: nothing more was deployed (${result.changed.length} stacks were).\nNext: the same command with --yes, or in a terminal\n`;
    return show(
      { outcome: result.kind, changed: result.changed.map(({ name }) => name) },
      { text, options, exitCode: EXIT.needsApproval },
    );
  }
  return finish(result.changed, { ports, request, options, progress });
}

async function makePlan({ ports, request, options, progress }: Run): Promise<number> {
  const { plan, round } = await planDeployment(ports, request);
  progress.stop();
  if (options.out !== undefined) await writeFile(options.out, formatPlan(plan));
  const env = `--env ${request.environment}`;
  const next = `npx kiro-worker deploy ${env} --plan ${options.out ?? 'plan.json'}`;
  const text = `${formatReview(round)}\n${options.out === undefined ? formatPlan(plan) : `The plan is in ${options.out}.\n`}Next: ${next}\n`;
  return show(plan, { text, options, exitCode: plan.later.length > 0 ? EXIT.needsApproval : EXIT.done });
}

async function carryOut(file: string, { ports, request, options, progress }: Run): Promise<number> {
  const plan = parsePlan(await readFile(file, 'utf8'), file);
  const result = await deployPlan(ports, { ...request, plan, allowed: options.allow ?? [] });
  progress.stop();
  if (result.kind === 'blocked') return showBlocked(result.risks, options);
  if (result.later.length === 0) return finish(result.changed, { ports, request, options, progress });
  const next = `npx kiro-worker deploy --env ${request.environment} --plan-only --out plan.json`;
  const text = `The plan is carried out. These stacks could not be planned before: ${result.later.join(', ')}.\nNext: ${next}\n`;
  return show({ outcome: 'deployed', later: result.later }, { text, options, exitCode: EXIT.needsApproval });
}

function showBlocked(risks: readonly Risk[], options: DeployOptions): number {
  const flags = [...new Set(risks.map(({ rule }) => rule))].map((rule) => `--allow ${rule}`).join(' ');
  const text = `Blocked: nothing of this was deployed.\n${formatRisks(risks)}Next: if all of it is meant, the same command with ${flags}\n`;
  return show({ outcome: 'blocked', risks }, { text, options, exitCode: EXIT.needsApproval });
}

/** Stacks whose loss cannot be made good: key, artifacts and locks; secrets. */
const PROTECTED = /(?:Core|Secrets)$/;

async function finish(changed: readonly Stack[], { ports, request, options, progress }: Run): Promise<number> {
  const names = [...request.stacks.map(({ stackName }) => stackName), ...request.others];
  const stacks = (await Promise.all(names.map((name) => ports.stacks.describe(name)))).filter(
    (stack) => stack !== null,
  );
  if (request.environment === 'production')
    for (const name of await protectStacks(
      ports.stacks,
      stacks.filter(({ name }) => PROTECTED.test(name)),
    ))
      progress.note(`${name} is now protected against deletion.`);
  progress.stop();
  const outputs = Object.fromEntries(
    stacks.map(({ name, outputs: all }) => [name, Object.fromEntries(all.map(({ key, value }) => [key, value]))]),
  );
  if (options.outputs !== undefined) await writeFile(options.outputs, `${JSON.stringify(outputs, null, 2)}\n`);
  const done = changed.length === 0 ? 'Nothing changed.' : `Deployed ${changed.map(({ name }) => name).join(', ')}.`;
  const lines = Object.entries(outputs).flatMap(([stack, values]) =>
    Object.entries(values).map(([key, value]) => `${stack} ${key}: ${value}\n`),
  );
  const text = `${done}\n${lines.join('')}Next: npx kiro-worker release --env ${request.environment}\n`;
  return show(
    { outcome: 'deployed', changed: changed.map(({ name }) => name), outputs },
    { text, options, exitCode: EXIT.done },
  );
}

function show(
  facts: object,
  { text, options, exitCode }: { text: string; options: DeployOptions; exitCode: number },
): number {
  process.stdout.write(options.json ? formatJson(facts) : cleanText(text));
  return exitCode;
}

function portsOf(
  { stacks, codeIn }: DeploymentPlace,
  { code, progress }: { code: Awaited<ReturnType<typeof buildFunctionPackages>>; progress: Progress },
): DeployPorts {
  return {
    stacks,
    codeIn,
    clock: systemClock,
    widensAccess,
    packageStack: (stack, { bucketName }) => packageStack(stack, { bucketName, code }),
    onStep: (text) => progress.show({ phase: 'deploy', text }),
    onEvent: (stackName, { logicalId, status, reason }) =>
      progress.note(`${stackName} ${logicalId} ${status}${reason ? `: ${reason}` : ''}`),
  };
}

/** Production runs what is committed, and what somebody has reviewed as a plan. */
async function refuseUnreviewed({ plan, planOnly }: DeployOptions): Promise<void> {
  if (plan === undefined && planOnly !== true)
    throw new WorkerError({
      code: 'DEPLOYMENT_REFUSED',
      what: 'Production is deployed from a plan that somebody has reviewed.',
      remedy:
        'Make one: npx kiro-worker deploy --env production --plan-only --out plan.json; then deploy it with --plan plan.json',
    });
  const { stdout } = await execa('git', ['status', '--porcelain'], { cwd: new URL('../../../', import.meta.url) });
  if (stdout === '') return;
  throw new WorkerError({
    code: 'DEPLOYMENT_REFUSED',
    what: 'Production is deployed from a clean checkout, and this one has changes:',
    problems: stdout.split('\n').slice(0, 20),
    remedy: 'Commit or undo them, then run the command again.',
  });
}

/** Letters and digits, as names of change sets and tokens may have them. */
function newToken(): string {
  return `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
}
