import { writeFile } from 'node:fs/promises';
import { widensAccess } from '../../../src/adapters/aws/policy-comparison.ts';
import { buildFunctionPackages } from '../../../src/adapters/bundle/function-packages.ts';
import { buildRelease, type Release } from '../../../src/adapters/bundle/release-bundle.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { formatPlan, type Plan, parsePlan } from '../../../src/core/deploy/plan.ts';
import type { Risk, RiskRule } from '../../../src/core/deploy/review-rules.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import type { Stack } from '../../../src/core/ports/stacks.ts';
import { type Deployment, deployStacks, type Round } from '../../../src/flows/operate/deploy/deploy-stacks.ts';
import type { DeployPorts } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { deployPlan, type Place, planDeployment } from '../../../src/flows/operate/deploy/plan-deployment.ts';
import { confirm } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { createProgress, type Progress } from '../../terminal/progress.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { readNamedFile, refuseUnwritable } from '../named-files.ts';
import { protectProduction, publishWorker, secretWarnings } from './after-deployment.ts';
import { bucketOf, chooseStacks, type DeploymentPlace, openDeploymentPlace, packageStack } from './deployment-place.ts';
import { refuseUnreviewed } from './refuse-unreviewed.ts';
import { formatEnding, outputsOf } from './show-ending.ts';
import { formatReview, formatRisks } from './show-review.ts';
import { createEventNotes, newToken, withClaim } from './with-claim.ts';

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
  await refuseUnwritable([options.out, options.outputs]);
  const reviewed = options.plan === undefined ? null : await readPlan(options.plan, config);
  if (config.environment === 'production') await refuseUnreviewed(options);
  const progress = createProgress();
  progress.show({ phase: 'deploy', text: 'Bundling the functions and the worker' });
  let place: DeploymentPlace | undefined;
  try {
    const [code, release] = await Promise.all([buildFunctionPackages(), buildRelease()]);
    place = await openDeploymentPlace(config);
    const ports = portsOf(place, { code, progress });
    const { environment, region } = config;
    const where = { environment, region, account: place.account, release: release.hash };
    const request = { ...where, ...chosen, bucketOf, token: newToken() };
    const run: Run = { place, ports, request, release, options, progress };
    return options.planOnly ? await makePlan(run) : await deployClaimed(reviewed, run);
  } finally {
    progress.stop();
    place?.close();
  }
}

/** Deploys while nobody else does. */
function deployClaimed(reviewed: Plan | null, run: Run): Promise<number> {
  const { place, request, progress } = run;
  const { environment, token } = request;
  const next = `npx kiro-worker deploy --env ${environment}`;
  return withClaim({ place, environment, token, progress, next }, () =>
    reviewed === null ? deployNow(run) : carryOut(reviewed, run),
  );
}

export interface Run {
  readonly place: DeploymentPlace;
  readonly ports: DeployPorts;
  readonly request: Deployment & Place;
  /** The worker of this checkout. */
  readonly release: Release;
  readonly options: DeployOptions;
  readonly progress: Progress;
}

async function deployNow(run: Run): Promise<number> {
  const { ports, request, options, progress } = run;
  const review = (round: Round) => {
    progress.stop();
    process.stderr.write(`${cleanText(formatReview(round))}\n`);
  };
  const approve = async () =>
    options.yes === true || (await confirm('Deploy this?', { mayAsk: options.input !== false }));
  const result = await deployStacks(ports, { ...request, allowed: options.allow ?? [], review, approve });
  progress.stop();
  if (result.kind === 'blocked') return showBlocked(result.risks, { changed: result.changed, options });
  if (result.kind === 'not-approved') {
    const text = `Not approved: nothing more was deployed (${result.changed.length} stacks were).\nNext: the same command with --yes, or in a terminal\n`;
    return show(
      { outcome: result.kind, changed: result.changed.map(({ name }) => name) },
      { text, options, exitCode: EXIT.needsApproval },
    );
  }
  return finish(result.changed, run);
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

async function readPlan(file: string, { environment }: { environment: string }): Promise<Plan> {
  return parsePlan(await readNamedFile(file), { source: file, environment });
}

async function carryOut(plan: Plan, run: Run): Promise<number> {
  const { ports, request, options, progress } = run;
  const result = await deployPlan(ports, { ...request, plan, allowed: options.allow ?? [] });
  progress.stop();
  if (result.kind === 'blocked') return showBlocked(result.risks, { changed: [], options });
  if (result.later.length === 0) return finish(result.changed, run);
  const next = `npx kiro-worker deploy --env ${request.environment} --plan-only --out plan.json`;
  const text = `The plan is carried out. These stacks could not be planned before: ${result.later.join(', ')}.\nNext: ${next}\n`;
  return show({ outcome: 'deployed', later: result.later }, { text, options, exitCode: EXIT.needsApproval });
}

function showBlocked(
  risks: readonly Risk[],
  { changed, options }: { changed: readonly Stack[]; options: DeployOptions },
): number {
  const flags = [...new Set(risks.map(({ rule }) => rule))].map((rule) => `--allow ${rule}`).join(' ');
  const shown = options.plan === undefined ? '' : formatRisks(risks);
  const names = changed.map(({ name }) => name);
  const before = names.length === 0 ? '' : ` Before it, ${names.join(', ')} were; they stand.`;
  const text = `Blocked: nothing of this was deployed.${before}\n${shown}Next: if all of it is meant, the same command with\n  ${flags}\n`;
  return show({ outcome: 'blocked', risks, changed: names }, { text, options, exitCode: EXIT.needsApproval });
}

/** Publishes the worker, records what stands, and shows the outputs and what is still missing. */
async function finish(changed: readonly Stack[], run: Run): Promise<number> {
  const { place, ports, request, release, options, progress } = run;
  const onStep = (text: string) => progress.show({ phase: 'deploy', text });
  onStep('Looking at what stands');
  const found = await Promise.all(place.stackNames.map((name) => ports.stacks.describe(name)));
  const stacks = found.filter((stack) => stack !== null);
  const standing = { place, stacks, onStep };
  for (const name of await protectProduction(standing)) progress.note(`${name} is now protected against deletion.`);
  // A deployment that was approved, or planned, means the worker too.
  const isApproved = changed.length > 0 || options.yes === true || options.plan !== undefined;
  const mayPublish = async () => {
    if (isApproved) return true;
    progress.stop();
    return confirm('No stack changes, but the worker does. Publish it?', { mayAsk: options.input !== false });
  };
  const worker = await publishWorker({ ...standing, release, mayPublish });
  const warnings = await secretWarnings(place);
  progress.stop();
  const outputs = outputsOf(stacks);
  if (options.outputs !== undefined) await writeFile(options.outputs, `${JSON.stringify(outputs, null, 2)}\n`);
  const isLeft = worker === null && stacks.length === place.stackNames.length;
  const facts = { outcome: isLeft ? 'worker-not-published' : 'deployed', changed: changed.map(({ name }) => name) };
  const next = isLeft ? `npx kiro-worker release --env ${request.environment}` : nextAfter(run, stacks);
  const text = formatEnding({ changed: facts.changed, outputs, worker, warnings, next });
  return show(
    { ...facts, worker, warnings, outputs },
    { text, options, exitCode: isLeft ? EXIT.needsApproval : EXIT.done },
  );
}

function nextAfter({ place, request }: Run, stacks: readonly Stack[]): string {
  const { environment } = request;
  if (stacks.length < place.stackNames.length) return `npx kiro-worker deploy --env ${environment}`;
  return `npx kiro-worker verify --env ${environment}`;
}

function show(
  facts: object,
  { text, options, exitCode }: { text: string; options: DeployOptions; exitCode: number },
): number {
  process.stdout.write(options.json ? formatJson(facts) : cleanText(text));
  return exitCode;
}

function portsOf(
  place: DeploymentPlace,
  { code, progress }: { code: Awaited<ReturnType<typeof buildFunctionPackages>>; progress: Progress },
): DeployPorts {
  const { stacks, codeIn } = place;
  return {
    stacks,
    codeIn,
    clock: systemClock,
    widensAccess,
    packageStack: (stack, { bucketName }) => packageStack(stack, { bucketName, code }),
    onStep: (text) => progress.show({ phase: 'deploy', text }),
    onEvent: createEventNotes(place, progress),
  };
}
