import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import { createSqliteLockStore } from '../../src/adapters/local/sqlite-lock-store.ts';
import type { LockStore } from '../../src/core/ports/lock-store.ts';
import { cloudLogSource } from '../../src/flows/operate/run/log-source.ts';
import { createLocalBuilds } from '../../src/local/builds/local-builds.ts';
import { runCommand } from '../support/command-line.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../support/servers/dynamodb.ts';
import { startLogGroups } from '../support/servers/log-groups.ts';
import { startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { startScriptedServer } from '../support/servers/scripted.ts';

async function recordBuild(locks: LockStore, buildId: string): Promise<void> {
  const holder = { lockKey: 'octo/example#feature/a', owner: 'owner' };
  await locks.acquire({
    ...{ ...holder, branch: 'feature/a', workItemId: 'PVTI_1', environment: 'test', startToken: 'token' },
    ...{ leaseMs: 60_000, nowMs: Date.now(), resetAttempts: false },
  });
  await locks.recordBuild({ ...holder, fence: 1, buildId });
}

describe('kiro-worker logs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-logs-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('shows what the poller wrote, and the build of a branch to its end', async () => {
    const [dynamo, logs, ssm, codeBuild] = await Promise.all([
      startDynalite(),
      startLogGroups(),
      startParametersAndSecrets(),
      startScriptedServer(),
    ]);
    const client = dynamoClientAt(dynamo.endpoint);
    try {
      await createLocksTable(client, 'kiro-worker-test-locks');
      await recordBuild(
        createDynamoLockStore({ client, tableName: 'kiro-worker-test-locks' }),
        'kiro-worker-test:0b1c',
      );
      ssm.parameters.set('/kiro-worker/test/github-project-config', '{}');
      const at = (minutesAgo: number) => Date.now() - minutesAgo * 60_000;
      const entry = {
        level: 'WARN',
        message: 'setup incomplete',
        timestamp: 'T',
        service: 'poller',
        detail: 'no \u001b[31mtoken',
      };
      logs.groups.set('/aws/lambda/kiro-worker-test-poller', [
        { stream: 'a', atMs: at(90), text: 'long ago' },
        { stream: 'a', atMs: at(3), text: JSON.stringify(entry) },
        { stream: 'a', atMs: at(2), text: '{"_aws":{},"CardsReady":1}' },
        { stream: 'b', atMs: at(1), text: 'START RequestId' },
      ]);
      logs.groups.set('/aws/codebuild/kiro-worker-test', [
        { stream: 'ffff', atMs: at(5), text: 'of another build' },
        { stream: '0b1c', atMs: at(5), text: 'first' },
        { stream: '0b1c', atMs: at(4), text: 'last' },
      ]);
      const times = { startTime: at(6) / 1000, endTime: at(4) / 1000 };
      const build = { id: 'kiro-worker-test:0b1c', buildStatus: 'SUCCEEDED', buildComplete: true, ...times };
      codeBuild.answers.push({ body: { builds: [build] } });
      const run = (...args: string[]) =>
        runCommand(['logs', ...args, '--env', 'test'], {
          cwd: folder,
          env: {
            AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs.url,
            AWS_ENDPOINT_URL_SSM: ssm.url,
            AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
          },
        });
      const poller = await run('poller');
      expect(poller, poller.stderr).to.include({ exitCode: 0 });
      expect(poller.stdout).to.equal('T WARN setup incomplete detail=no token\nSTART RequestId\n');
      for (const item of ['feature/a', 'PVTI_1', 'kiro-worker-test:0b1c']) {
        const { exitCode, stdout, stderr } = await run(item, '--follow');
        expect({ exitCode, stdout }, stderr).to.deep.equal({ exitCode: 0, stdout: 'first\nlast\n' });
      }
      const nothing = await run('finalizer');
      expect(nothing).to.include({ exitCode: 0, stdout: '' });
      expect(nothing.stderr).to.include('Nothing was logged.');
      const unknown = await run('feature/unknown');
      expect(unknown.exitCode).to.equal(1);
      expect(unknown.stderr).to.include('"feature/unknown"').and.to.include('CONFIG_INVALID');
    } finally {
      client.destroy();
      await Promise.all([dynamo.stop(), logs.close(), ssm.close(), codeBuild.close()]);
    }
  });

  it('follows a build of this machine to its end', async () => {
    const buildspec = { version: 0.2, phases: { build: { commands: ['echo one', 'sleep 2', 'echo two'] } } };
    const builds = createLocalBuilds({
      root: path.join(folder, 'builds'),
      releaseZip: zipSync({ 'buildspec.yml': strToU8(JSON.stringify(buildspec)) }),
      ...{ projectVariables: {}, concurrentBuildLimit: 1, buildTimeoutMs: 60_000 },
    });
    const locks = createSqliteLockStore({ file: path.join(folder, 'locks.sqlite') });
    try {
      const started = await builds.start({ token: 'token', variables: {}, release: null });
      if (started.kind !== 'started') throw new Error(started.kind);
      await recordBuild(locks, started.build.id);
      const { exitCode, stdout, stderr } = await runCommand(['logs', 'feature/a', '--follow', '--data', folder], {
        cwd: folder,
      });
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/^one$/m).and.to.match(/^two$/m);
      await builds.waitForAll();
    } finally {
      await builds.close();
      locks.close();
    }
  });

  it('hands on each line once, also one that arrives late', async () => {
    const line = (id: string, atMs: number) => ({ id, atMs, stream: 's', text: id });
    let stored = [line('a', 1_000), line('c', 60_000)];
    const logs = { read: async ({ sinceMs = 0 }) => stored.filter(({ atMs }) => atMs >= sinceMs) };
    const source = cloudLogSource({ logs, clock: { now: () => 0 }, log: 'l', sinceMs: 0 });
    expect(await source.next()).to.deep.equal(['a', 'c']);
    stored = [...stored, line('b', 50_000), line('d', 61_000)].sort((a, b) => a.atMs - b.atMs);
    expect(await source.next()).to.deep.equal(['b', 'd']);
    expect(await source.next()).to.deep.equal([]);
  });
});
