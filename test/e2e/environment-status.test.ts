import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import type { LockStore } from '../../src/core/ports/lock-store.ts';
import { ALARMS } from '../../src/stacks/monitoring.ts';
import { runCommand } from '../support/command-line.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../support/servers/dynamodb.ts';
import { startLogGroups } from '../support/servers/log-groups.ts';
import { startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { startQueues } from '../support/servers/queues.ts';
import { startScriptedServer } from '../support/servers/scripted.ts';
import { startStacksAndAlarms } from '../support/servers/stacks-and-alarms.ts';

const STACKS = ['Core', 'Secrets', 'Poller', 'CodeBuild', 'Monitoring'].map((id) => `KiroWorkerStaging${id}`);
const TABLE = 'kiro-worker-staging-locks';
const BUILD = 'kiro-worker-staging:0b1c';
/** What an operator pastes must run nothing of it. */
const BRANCH = 'feature/$(id>a)';
const HASH = 'ab'.repeat(32);

/** All that an environment has, healthy: one build at its second task of five. */
async function startEnvironment(folder: string) {
  const [dynamo, logs, ssm, sqs, codeBuild, cloud] = await Promise.all([
    startDynalite(),
    startLogGroups(),
    startParametersAndSecrets(),
    startQueues(),
    startScriptedServer(),
    startStacksAndAlarms(),
  ]);
  const client = dynamoClientAt(dynamo.endpoint);
  await createLocksTable(client, TABLE);
  const now = Date.now();
  for (const stack of STACKS) cloud.stacks.set(stack, 'UPDATE_COMPLETE');
  for (const { name } of ALARMS) cloud.alarms.set(`kiro-worker-staging-${name}`, 'OK');
  for (const name of ['poller', 'finalizer']) sqs.queues.set(`kiro-worker-staging-${name}-dlq`, []);
  ssm.parameters.set('/kiro-worker/staging/github-project-config', '{}').set('/kiro-worker/staging/release', HASH);
  const say = (message: string, fields: object) => JSON.stringify({ level: 'INFO', message, ...fields });
  logs.groups.set('/aws/lambda/kiro-worker-staging-poller', [
    { stream: 'a', atMs: now - 120_000, text: say('poll finished', { outcome: 'nothing-ready', detail: '' }) },
    { stream: 'b', atMs: now - 60_000, text: say('poll finished', { outcome: 'started', detail: 'one build' }) },
    { stream: 'b', atMs: now - 50_000, text: 'END RequestId' },
  ]);
  logs.groups.set('/aws/codebuild/kiro-worker-staging', [
    { stream: '0b1c', atMs: now - 55_000, text: say('progress', { phase: 'task', n: 1, m: 5, text: 'First' }) },
    { stream: '0b1c', atMs: now - 20_000, text: say('progress', { phase: 'task', n: 2, m: 5, text: 'Second' }) },
    { stream: '0b1c', atMs: now - 10_000, text: 'npm test' },
    { stream: 'ffff', atMs: now - 10_000, text: say('progress', { phase: 'task', n: 9, m: 9, text: 'Of another' }) },
  ]);
  const build = { id: BUILD, buildStatus: 'IN_PROGRESS', currentPhase: 'BUILD', startTime: (now - 240_000) / 1000 };
  codeBuild.answers.push({ body: { builds: [build] } });
  return {
    ...{ dynamo, logs, ssm, sqs, cloud },
    locks: createDynamoLockStore({ client, tableName: TABLE }),
    run: (...args: string[]) =>
      runCommand(['status', '--env', 'staging', ...args], {
        cwd: folder,
        env: {
          AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
          AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
          AWS_ENDPOINT_URL_SSM: ssm.url,
          AWS_ENDPOINT_URL_SQS: sqs.url,
          AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
          AWS_ENDPOINT_URL_CLOUDFORMATION: cloud.url,
          AWS_ENDPOINT_URL_CLOUDWATCH: cloud.url,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        },
      }),
    async close() {
      client.destroy();
      await Promise.all([dynamo.stop(), ...[logs, ssm, sqs, codeBuild, cloud].map((server) => server.close())]);
    },
  };
}

async function holdLock(locks: LockStore, { acquiredAtMs }: { acquiredAtMs: number }): Promise<void> {
  const lockKey = `octo/example#${BRANCH}`;
  const holder = { lockKey, owner: 'owner', fence: 1 };
  await locks.acquire({
    ...{ lockKey, branch: BRANCH, owner: 'owner', workItemId: 'PVTI_1', environment: 'staging' },
    ...{ startToken: 'token', leaseMs: 30 * 60_000, nowMs: acquiredAtMs, resetAttempts: false },
  });
  await locks.recordBuild({ ...holder, buildId: BUILD });
}

describe('kiro-worker status of a deployed environment', () => {
  let folder: string;
  let place: Awaited<ReturnType<typeof startEnvironment>>;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-status-'));
    place = await startEnvironment(folder);
  });
  afterEach(async () => {
    await place.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows a healthy environment, its build at task 2 of 5', async () => {
    await holdLock(place.locks, { acquiredAtMs: Date.now() });
    const { exitCode, stdout, stderr } = await place.run();
    expect(exitCode, stderr).to.equal(0);
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const words of [
      'KiroWorkerStagingMonitoring UPDATE_COMPLETE since 2026-11-01T00:00:00Z',
      `release ${HASH.slice(0, 12)}`,
      'pause no',
      'started: one build',
      `${BRANCH} ${BUILD} IN_PROGRESS, 4 min, task 2 of 5: Second`,
      'kiro-worker-staging-finalizer-dlq 0',
      `${ALARMS.length} of ${ALARMS.length} are OK`,
      'GitHub budget ample',
    ])
      expect(text).to.include(words);
    expect(stdout).to.not.include('!');
    expect(stdout).to.match(/^Next: npx kiro-worker logs poller --env staging$/m);
  });

  it('names everything that asks for an operator, with the command for it', async () => {
    const { cloud, sqs, ssm, logs, locks } = place;
    cloud.stacks.set(STACKS[2] ?? '', 'UPDATE_ROLLBACK_FAILED');
    cloud.stacks.set(STACKS[3] ?? '', 'REVIEW_IN_PROGRESS');
    cloud.stacks.delete(STACKS[4] ?? '');
    cloud.alarms.set('kiro-worker-staging-poller-errors', 'ALARM');
    cloud.minima.push(40, 7, 12);
    sqs.send('kiro-worker-staging-finalizer-dlq', { body: '{}' });
    ssm.parameters.delete('/kiro-worker/staging/release');
    ssm.parameters.set('/kiro-worker/staging/paused', '{"by":"ana"}');
    logs.groups.clear();
    await holdLock(locks, { acquiredAtMs: Date.now() - 60 * 60_000 });
    const { exitCode, stdout, stderr } = await place.run('--json');
    expect(exitCode, stderr).to.equal(0);
    const { attention, ...status } = JSON.parse(stdout) as {
      attention: { what: string; command: string }[];
      budgetPct: object;
      pause: object;
    };
    expect(status.budgetPct).to.deep.equal({ value: 7 });
    expect(status.pause).to.have.nested.property('value.by', 'ana');
    expect(attention.map(({ command }) => command)).to.deep.equal([
      'npx kiro-worker recover KiroWorkerStagingPoller --env staging',
      'npx kiro-worker deploy KiroWorkerStagingCodeBuild --env staging',
      'npx kiro-worker deploy KiroWorkerStagingMonitoring --env staging',
      'npx kiro-worker release publish --env staging',
      'npx kiro-worker logs poller --env staging',
      'npx kiro-worker logs poller --env staging',
      'npx kiro-worker redrive --env staging',
      `npx kiro-worker unlock '${BRANCH}' --env staging`,
    ]);
  });

  it('hides nothing behind a part that may not be read', async () => {
    for (const operation of ['DescribeStacks', 'DescribeAlarms']) place.cloud.forbidden.add(operation);
    const { exitCode, stdout } = await place.run();
    expect(exitCode).to.equal(1);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).to.include('not authorized to DescribeAlarms').and.to.include('started: one build');
    expect(text).to.include('! stacks could not be read').and.to.include('! alarms could not be read');
  });
});
