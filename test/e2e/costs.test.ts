import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import { runCommand } from '../support/command-line.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../support/servers/dynamodb.ts';
import { type ParametersAndSecrets, startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted.ts';

const TABLE = 'kiro-worker-test-locks';
const FILTER = {
  And: [{ Tags: { Key: 'Project', Values: ['KiroWorker'] } }, { Tags: { Key: 'Environment', Values: ['test'] } }],
};

describe('kiro-worker costs', () => {
  let folder: string;
  let dynamo: Awaited<ReturnType<typeof startDynalite>>;
  let client: DynamoDBClient;
  let ssm: ParametersAndSecrets;
  let billing: ScriptedServer;
  let metrics: ScriptedServer;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-costs-'));
    dynamo = await startDynalite();
    [ssm, billing, metrics] = await Promise.all([
      startParametersAndSecrets(),
      startScriptedServer(),
      startScriptedServer(),
    ]);
    client = dynamoClientAt(dynamo.endpoint);
    await createLocksTable(client, TABLE);
    ssm.parameters.set('/kiro-worker/test/github-project-config', '{}');
  });
  afterEach(async () => {
    client.destroy();
    await Promise.all([dynamo.stop(), ssm.close(), billing.close(), metrics.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const run = (...args: string[]) =>
    runCommand(['costs', ...args, '--env', 'test'], {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_ENDPOINT_URL_SSM: ssm.url,
        AWS_ENDPOINT_URL_COST_EXPLORER: billing.url,
        AWS_ENDPOINT_URL_CLOUDWATCH: metrics.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
      },
    });
  const group = (service: string, amount: string) => ({
    Keys: [service],
    Metrics: { UnblendedCost: { Amount: amount, Unit: 'USD' } },
  });
  const day = (Start: string, ...Groups: object[]) => ({ TimePeriod: { Start }, Groups });

  it('adds up all pages per service and day, with credits per card and completed run', async () => {
    billing.answers.push(
      {
        body: {
          ResultsByTime: [day('2024-01-02', group('AWS CodeBuild', '1.5'), group('AWS Lambda', '0.25'))],
          NextPageToken: 'more',
        },
      },
      { body: { ResultsByTime: [day('2024-01-03', group('AWS CodeBuild', '2.25'))] } },
    );
    const point = (text: string, Sum: number) => ({ Timestamp: Date.parse(text) / 1000, Sum });
    metrics.answers.push(
      { body: { Datapoints: [point('2024-01-03', 6), point('2024-01-02', 2)] } },
      { body: { Datapoints: [point('2024-01-03', 2)] } },
    );
    const locks = createDynamoLockStore({ client, tableName: TABLE });
    const holder = { lockKey: 'octo/example#feature/a', owner: 'owner' };
    await locks.acquire({
      ...{ ...holder, branch: 'feature/a', workItemId: 'PVTI_1', environment: 'test', startToken: 't' },
      ...{ leaseMs: 60_000, nowMs: Date.now(), resetAttempts: false },
    });
    await locks.release({
      ...{ ...holder, fence: 1, outcome: 'completed', head: null, nextEligibleAtMs: 0, nowMs: Date.now() },
      charge: {
        lockKey: holder.lockKey,
        basis: { spec: null, rules: null },
        use: { builds: 1, agentMinutes: 12, credits: 8, tokens: 0 },
      },
    });
    const { exitCode, stdout, stderr } = await run(
      '--since',
      '2024-01-01',
      '--json',
      '--filter-file',
      'cost-filter.json',
    );
    expect(exitCode, stderr).to.equal(0);
    const { costs, toDay, ...told } = JSON.parse(stdout);
    expect(costs).to.have.length(3);
    expect(told).to.deep.equal({
      ...{ environment: 'test', fromDay: '2024-01-01', currency: 'USD', total: 4 },
      services: [
        { service: 'AWS CodeBuild', amount: 3.75 },
        { service: 'AWS Lambda', amount: 0.25 },
      ],
      days: [
        { day: '2024-01-02', amount: 1.75 },
        { day: '2024-01-03', amount: 2.25 },
      ],
      credits: { '2024-01-02': 2, '2024-01-03': 6 },
      ...{ completedRuns: 2, perCompletedRun: { amount: 2, credits: 4 } },
      cards: [{ workItemId: 'PVTI_1', branch: 'feature/a', builds: 1, agentMinutes: 12, credits: 8, tokens: 0 }],
    });
    expect(JSON.parse(await readFile(path.join(folder, 'cost-filter.json'), 'utf8'))).to.deep.equal(FILTER);
    expect(billing.seen.map(({ body }) => body))
      .to.have.nested.property('[0].Filter')
      .that.deep.equals(FILTER);
    expect(billing.seen[1]?.body)
      .to.include({ NextPageToken: 'more' })
      .and.to.deep.include({
        TimePeriod: { Start: '2024-01-01', End: toDay },
      });
    expect(metrics.seen.map(({ body }) => body)).to.have.nested.property('[0].MetricName', 'AgentCredits');
    expect(metrics.seen.map(({ body }) => body)).to.have.nested.property('[1].MetricName', 'RunsCompleted');
  });

  it('says how to activate the tags where nothing was billed, and refuses what is no day', async () => {
    billing.answers.push({ body: { ResultsByTime: [] } });
    metrics.answers.push({ body: { Datapoints: [] } });
    const { exitCode, stdout, stderr } = await run();
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include('aws ce update-cost-allocation-tags-status').and.to.include('No run was completed.');
    expect(stdout).to.match(/^Next: npx kiro-worker costs --env test --filter-file cost-filter\.json/m);
    const { stdout: plain } = await run('--filter-file', 'cost-filter.json');
    expect(plain).to.match(/^Next: aws ce get-cost-and-usage .* --filter file:\/\/cost-filter\.json$/m);
    for (const since of ['2026-02-30', 'yesterday', '2999-01-01']) {
      const refused = await run('--since', since);
      expect(refused.exitCode, since).to.equal(1);
      expect(refused.stderr).to.include(since).and.to.include('CONFIG_INVALID');
    }
  });
});
