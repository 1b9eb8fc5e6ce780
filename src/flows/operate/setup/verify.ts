import * as z from 'zod';
import { withoutRemedy } from '../../../core/errors.ts';
import { readPollLine } from '../../../core/operate/poll-line.ts';
import { type Check, failed, passed, unknown, warning } from '../../../core/setup/check.ts';
import { runCheck } from '../../../core/setup/run-check.ts';
import { checkConfiguration, checkSecrets } from './check-settings.ts';
import { placeOf, type VerifiedNames, type VerifyPorts } from './verify-parts.ts';

type Looks = ReadonlyArray<readonly [name: string, look: () => Promise<Check | readonly Check[]>]>;

/** Verifies a deployed environment: the deployment guide's eight steps, and what they leave out. Runs a poll that starts nothing. Each
 *  finding has its remedy; none hides another. */
export async function verifyEnvironment(
  ports: VerifyPorts,
  { names, onStep }: { names: VerifiedNames; onStep: (step: { text: string; n: number; m: number }) => void },
): Promise<Check[]> {
  const looks: Looks = [
    ['stacks', () => checkStacks(ports, names)],
    ['bucket', () => checkBucket(ports, names)],
    ['table', () => checkTable(ports, names)],
    ['function', () => checkFunction(ports, names)],
    ['build project', () => checkProject(ports, names)],
    ['secrets', () => checkSecrets(ports, names)],
    ['project configuration', () => checkConfiguration(ports, names)],
    ['release', () => checkRelease(ports, names)],
    ['dry-run poll', () => checkPoll(ports, names)],
    ['schedule', () => checkRule(ports, names)],
    ['dead letters', () => checkQueues(ports, names)],
    ['alarms', () => checkAlarms(ports, names)],
    ['alert e-mail', () => checkSubscriptions(ports, names)],
  ];
  const checks: Check[] = [];
  for (const [index, [name, look]] of looks.entries()) {
    onStep({ text: name, n: index + 1, m: looks.length });
    checks.push(...(await runCheck(name, look)));
  }
  return checks;
}

async function checkStacks({ state }: VerifyPorts, names: VerifiedNames): Promise<readonly Check[]> {
  const { flag } = placeOf(names);
  const found = await Promise.all(names.stacks.map((name) => state.stack(name)));
  const wrong = found.flatMap(({ name, status }): Check[] => {
    // Only a change set was made: it waits for a review, and no one else ends it.
    if (status === null || status === 'REVIEW_IN_PROGRESS')
      return [
        failed('stacks', { detail: `${name} is not deployed`, remedy: `npx kiro-worker deploy ${name} ${flag}` }),
      ];
    if (/^(?:CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK)_COMPLETE$/.test(status)) return [];
    const remedy = status.endsWith('IN_PROGRESS')
      ? 'Wait until it has ended.'
      : `npx kiro-worker recover ${name} ${flag}`;
    return [failed('stacks', { detail: `${name} is in ${status}`, remedy })];
  });
  return wrong.length > 0 ? wrong : [passed('stacks', `${names.stacks.length} deployed`)];
}

async function checkBucket({ parts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const [core = ''] = names.stacks;
  const remedy = `npx kiro-worker deploy ${core} ${placeOf(names).flag}`;
  const name = (await parts.stack(core))?.outputs.get('ArtifactsBucketName');
  if (!name) return failed('bucket', { detail: `${core} has no output ArtifactsBucketName`, remedy });
  if (await parts.bucketExists(name)) return passed('bucket', name);
  return failed('bucket', {
    detail: `the bucket ${name} is not there`,
    remedy: 'It was deleted by hand: delete its stack, and deploy again.',
  });
}

async function checkTable({ parts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const { locksTable, flag } = placeOf(names);
  const status = await parts.tableStatus(locksTable);
  if (status === 'ACTIVE') return passed('table', `${locksTable} is ACTIVE`);
  const detail = status === null ? `the table ${locksTable} is not there` : `the table ${locksTable} is ${status}`;
  return failed('table', { detail, remedy: `npx kiro-worker deploy ${names.stacks[0]} ${flag}` });
}

async function checkFunction({ parts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const { pollerFunction, flag } = placeOf(names);
  const state = await parts.functionState(pollerFunction);
  // Lambda lets an unused function sleep, and wakes it when it is invoked.
  if (state === 'Active' || state === 'Inactive') return passed('function', `${pollerFunction} can be invoked`);
  const detail = state === null ? `the function ${pollerFunction} is not there` : `${pollerFunction} is ${state}`;
  return failed('function', { detail, remedy: `npx kiro-worker deploy ${flag}` });
}

async function checkProject({ parts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const { buildProject, flag } = placeOf(names);
  if (await parts.projectExists(buildProject)) return passed('build project', buildProject);
  const detail = `the build project ${buildProject} is not there`;
  return failed('build project', { detail, remedy: `npx kiro-worker deploy ${flag}` });
}

async function checkRelease({ state }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const hash = await state.release();
  if (hash !== null) return passed('release', `builds run ${hash.slice(0, 12)}`);
  return failed('release', { detail: 'none was chosen', remedy: `npx kiro-worker release ${placeOf(names).flag}` });
}

const PollAnswer = z.looseObject({ outcome: z.string(), detail: z.string().default('') });

/** Its answer, and that its log can be read: CloudWatch takes some seconds to show a line. */
async function checkPoll(ports: VerifyPorts, names: VerifiedNames): Promise<readonly Check[]> {
  const { parts, clock } = ports;
  const { pollerFunction, flag } = placeOf(names);
  const name = 'dry-run poll';
  const logs = `npx kiro-worker logs poller ${flag}`;
  const sinceMs = clock.now() - 60_000;
  const { text, isFailure } = await parts.invoke(pollerFunction, { dryRun: true });
  if (isFailure) return [failed(name, { detail: `it failed: ${text.slice(0, 1000)}`, remedy: logs })];
  const { data: answer } = PollAnswer.safeParse(parseJson(text));
  if (answer === undefined)
    return [unknown(name, { detail: `its answer is not known: ${text.slice(0, 200)}`, remedy: logs })];
  const detail = `${answer.outcome}: ${answer.detail}`;
  if (answer.outcome === 'setup-incomplete')
    return [failed(name, { detail: withoutRemedy(detail), remedy: `npx kiro-worker configure ${flag}` })];
  return [passed(name, detail), await checkLog(ports, { names, sinceMs })];
}

const LOOKS = 4;

async function checkLog(
  { logs, clock }: VerifyPorts,
  { names, sinceMs }: { names: VerifiedNames; sinceMs: number },
): Promise<Check> {
  const { pollerLogGroup, flag } = placeOf(names);
  for (let look = 1; look <= LOOKS; look += 1) {
    const lines = await logs.read({ log: pollerLogGroup, sinceMs });
    if (lines.some((line) => readPollLine(line) !== null))
      return passed('log', `${pollerLogGroup} has the line of that poll`);
    if (look < LOOKS) await clock.sleep(2000 * look);
  }
  const detail = `${pollerLogGroup} does not show that poll yet`;
  return warning('log', { detail, remedy: `Look again in a minute: npx kiro-worker logs poller ${flag}` });
}

async function checkRule({ parts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const { pollerRule, flag } = placeOf(names);
  const state = await parts.ruleState(pollerRule);
  if (state === 'ENABLED') return passed('schedule', `${pollerRule} is ENABLED`);
  if (state === null)
    return failed('schedule', {
      detail: `the rule ${pollerRule} is not there`,
      remedy: `npx kiro-worker deploy ${flag}`,
    });
  return failed('schedule', {
    detail: `${pollerRule} is ${state}`,
    remedy: `aws events enable-rule --region ${names.region} --name ${pollerRule}`,
  });
}

async function checkQueues({ state }: VerifyPorts, names: VerifiedNames): Promise<readonly Check[]> {
  const { flag } = placeOf(names);
  const found = await Promise.all(names.queues.map(async (name) => ({ name, letters: await state.waiting(name) })));
  const wrong = found.flatMap(({ name, letters }): Check[] => {
    if (letters === null)
      return [
        failed('dead letters', { detail: `the queue ${name} is not there`, remedy: `npx kiro-worker deploy ${flag}` }),
      ];
    return letters === 0
      ? []
      : [failed('dead letters', { detail: `${letters} in ${name}`, remedy: `npx kiro-worker redrive ${flag}` })];
  });
  return wrong.length > 0 ? wrong : [passed('dead letters', 'none')];
}

async function checkAlarms({ state }: VerifyPorts, names: VerifiedNames): Promise<readonly Check[]> {
  const { flag } = placeOf(names);
  const found = new Map((await state.alarms(names.alarms)).map((alarm) => [alarm.name, alarm]));
  const missing = names.alarms.filter((name) => !found.has(name));
  const ringing = [...found.values()].filter(({ state: word }) => word === 'ALARM');
  const checks = ringing.map(({ name, reason }) =>
    failed('alarms', { detail: `${name} rings: ${reason}`, remedy: `npx kiro-worker status ${flag}` }),
  );
  if (missing.length > 0)
    checks.push(
      failed('alarms', { detail: `not there: ${missing.join(', ')}`, remedy: `npx kiro-worker deploy ${flag}` }),
    );
  return checks.length > 0 ? checks : [passed('alarms', `${found.size}, none rings`)];
}

async function checkSubscriptions({ alerts }: VerifyPorts, names: VerifiedNames): Promise<Check> {
  const { flag, alertTopic } = placeOf(names);
  const all = await alerts.list();
  const name = 'alert e-mail';
  if (all === null)
    return failed(name, { detail: `the topic ${alertTopic} is not there`, remedy: `npx kiro-worker deploy ${flag}` });
  const waiting = all.filter(({ isConfirmed }) => !isConfirmed).map(({ address }) => address);
  if (waiting.length > 0)
    return failed(name, {
      detail: `not confirmed: ${waiting.join(', ')}`,
      remedy: 'Confirm the mail that AWS has sent.',
    });
  if (all.length > 0) return passed(name, all.map(({ address }) => address).join(', '));
  return failed(name, {
    detail: 'nobody hears of alarms by e-mail',
    remedy: `npx kiro-worker configure alert-email ${flag}`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
