import { createEnvironmentState } from '../../../src/adapters/aws/operate/environment-state.ts';
import { createLogLines } from '../../../src/adapters/aws/operate/log-lines.ts';
import { createDeployedParts } from '../../../src/adapters/aws/setup/deployed-parts.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { isWorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { type Check, isWell } from '../../../src/core/setup/check.ts';
import { deploymentChecklist, type Point, type PointState } from '../../../src/core/setup/checklist.ts';
import { verifyEnvironment } from '../../../src/flows/operate/setup/verify.ts';
import type { VerifyPorts } from '../../../src/flows/operate/setup/verify-parts.ts';
import { ALARMS } from '../../../src/stacks/monitoring.ts';
import { ownStacks } from '../../../src/stacks/own-stacks.ts';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { confirm } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { formatNext } from '../../terminal/next.ts';
import { formatTable } from '../../terminal/table.ts';
import { type DeployedPlace, withDeployed } from '../deployed-place.ts';
import { runAccountChecks } from './account-checks-place.ts';
import { formatChecks } from './check-table.ts';
import { runSelfTestBuild } from './self-test-place.ts';
import { openSetupPlace } from './setup-place.ts';

interface VerifyOptions {
  /** Default: DEPLOY_ENV, else test. */
  readonly env?: string;
  readonly checklist?: boolean;
  /** Also runs a self-test build. */
  readonly build?: boolean;
  /** Also asks what only an account can answer. */
  readonly accountChecks?: boolean;
  readonly yes?: boolean;
  readonly input?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker verify`: returns the exit code, 1 where something failed or could not be looked at; with `--checklist` where a point is open. */
export async function verify(options: VerifyOptions): Promise<number> {
  return withDeployed(options.env, async (place) => {
    if (options.accountChecks && !(await isApproved(place, options))) return notApproved(place, options);
    const { environment, region } = place.settings;
    const ports = await openVerifyPorts(place);
    const names = stackNames(environment);
    const ofParts = await verifyEnvironment(ports, {
      names: {
        environment,
        region,
        stacks: ownStacks(place.settings),
        queues: [names.pollerDeadLetters, names.finalizerDeadLetters],
        alarms: ALARMS.map(({ name }) => `${names.alarmPrefix}${name}`),
      },
      onStep: (step) => place.progress.show({ phase: 'verify', ...step }),
    });
    const checks = [
      ...ofParts,
      ...(options.build ? await runSelfTestBuild(place, ports) : []),
      ...(options.accountChecks
        ? await runAccountChecks(place, { ports, alarm: `${names.alarmPrefix}${TRIAL_ALARM}` })
        : []),
    ];
    const points = options.checklist ? await checklistOf({ checks, ports, environment }) : null;
    place.progress.stop();
    const next = nextOf(checks, environment);
    const facts = { environment, checks, ...(points === null ? {} : { checklist: points }), next };
    const table = points === null ? formatChecks(checks) : formatPoints(points);
    process.stdout.write(options.json ? formatJson(facts) : cleanText(`${table}\n${formatNext(next)}`));
    const isDone = points === null ? isWell(checks) : points.every(({ state }) => state !== 'open');
    return isDone ? EXIT.done : EXIT.failed;
  });
}

/** It rings for a trial. */
const TRIAL_ALARM = 'poller-errors' satisfies (typeof ALARMS)[number]['name'];

/** Builds cost money, and an alarm that rings wakes people. */
async function isApproved({ settings, progress }: DeployedPlace, { yes, input }: VerifyOptions): Promise<boolean> {
  progress.stop();
  const question = `Start some builds in ${settings.environment}, and let an alarm ring for a trial?`;
  return yes === true || (await confirm(question, { mayAsk: input !== false }));
}

function notApproved({ settings: { environment } }: DeployedPlace, { json }: VerifyOptions): number {
  const next = `the same command in a terminal, or with --yes`;
  const text = `Nothing was tried: builds and the alarm were not approved.\n${formatNext(next)}`;
  process.stdout.write(json ? formatJson({ environment, outcome: 'needs-approval', next }) : text);
  return EXIT.needsApproval;
}

async function openVerifyPorts(place: DeployedPlace): Promise<VerifyPorts> {
  const { environment } = place.settings;
  const { clients } = place;
  const [setup, cloudFormation, cloudWatch, sqs, ssm, logs, s3, dynamo, lambda, invokingLambda, codeBuild, events] =
    await Promise.all([
      openSetupPlace(place),
      clients.cloudFormation(),
      clients.cloudWatch(),
      clients.sqs(),
      clients.ssm(),
      clients.logs(),
      clients.s3(),
      clients.dynamo(),
      clients.lambda(),
      clients.invokingLambda(),
      clients.codeBuild(),
      clients.events(),
    ]);
  return {
    ...setup,
    parts: createDeployedParts({ cloudFormation, s3, dynamo, lambda, invokingLambda, codeBuild, events }),
    state: createEnvironmentState({ environment, cloudFormation, cloudWatch, sqs, ssm }),
    logs: createLogLines({ client: logs }),
    clock: systemClock,
  };
}

async function checklistOf(request: {
  checks: readonly Check[];
  ports: VerifyPorts;
  environment: string;
}): Promise<Point[]> {
  const { checks, ports, environment } = request;
  const project = stackNames(environment).buildProject;
  const wasEverBuilt = await ports.parts.wasEverBuilt(project).catch((error: unknown) => {
    if (isWorkerError(error)) return null;
    throw error;
  });
  return deploymentChecklist({ checks, wasEverBuilt, environment });
}

const BOXES: Readonly<Record<PointState, string>> = { done: '[x]', open: '[ ]', yours: '[?]' };

function formatPoints(points: readonly Point[]): string {
  return formatTable({
    head: ['', 'Point', 'State'],
    rows: points.map(({ point, state, detail }) => [
      BOXES[state],
      point,
      state === 'yours' ? `yours to tick: ${detail}` : `${state}: ${detail}`,
    ]),
  });
}

/** The first finding's own remedy, where it is a command. */
function nextOf(checks: readonly Check[], environment: string): string {
  const first = checks.find(({ state }) => state === 'failed') ?? checks.find(({ state }) => state === 'unknown');
  if (first === undefined) return `move a card to its column, then: npx kiro-worker status --env ${environment}`;
  return first.remedy ?? `npx kiro-worker doctor --env ${environment}`;
}
