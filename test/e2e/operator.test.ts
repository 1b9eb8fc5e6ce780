import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import { createSqliteLockStore } from '../../src/adapters/local/sqlite-lock-store.ts';
import { holderOf, type LockRow } from '../../src/core/lock.ts';
import type { LockStore } from '../../src/core/ports/lock-store.ts';
import { type FakeCodeBuild, startFakeCodeBuild } from '../../src/fakes/codebuild/server.ts';
import { createLocalBuilds, type LocalBuilds } from '../../src/local/builds/local-builds.ts';
import { runCommand } from '../support/command-line.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../support/servers/dynamodb.ts';
import { type ParametersAndSecrets, startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';

const BRANCH = 'feature/a';
const ITEM = 'PVTI_1';
/** Lasts until it is stopped, or until it is told to end at once. */
const BUILDSPEC = { version: 0.2, phases: { build: { commands: ['[ -n "$SHORT" ] || sleep 600'] } } };

/** Where an operator's commands work, with real builds and a real lock store. */
interface Place {
  readonly locks: LockStore;
  readonly builds: LocalBuilds;
  run(...args: string[]): ReturnType<typeof runCommand>;
  close(): Promise<void>;
}

async function buildsIn(root: string): Promise<LocalBuilds> {
  return createLocalBuilds({
    root,
    releaseZip: zipSync({ 'buildspec.yml': strToU8(JSON.stringify(BUILDSPEC)) }),
    projectVariables: {},
    concurrentBuildLimit: 5,
    buildTimeoutMs: 600_000,
    stopGraceMs: 500,
    project: 'kiro-worker-test',
    region: 'us-east-1',
  });
}

async function openLocal(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-operator-'));
  const builds = await buildsIn(path.join(folder, 'builds'));
  const locks = createSqliteLockStore({ file: path.join(folder, 'locks.sqlite') });
  return {
    locks,
    builds,
    run: (...args) =>
      runCommand([...args, '--local', '--data', folder], { cwd: folder, env: { DEPLOY_ENV: 'staging' } }),
    async close() {
      await builds.close();
      locks.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openDeployed(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-operator-'));
  const builds = await buildsIn(path.join(folder, 'builds'));
  const [dynamo, codeBuild, ssm]: [Awaited<ReturnType<typeof startDynalite>>, FakeCodeBuild, ParametersAndSecrets] =
    await Promise.all([startDynalite(), startFakeCodeBuild({ builds }), startParametersAndSecrets()]);
  const client: DynamoDBClient = dynamoClientAt(dynamo.endpoint);
  const tableName = 'kiro-worker-test-locks';
  await createLocksTable(client, tableName);
  ssm.parameters.set('/kiro-worker/test/github-project-config', '{}');
  return {
    locks: createDynamoLockStore({ client, tableName }),
    builds,
    run: (...args) =>
      runCommand([...args, '--env', 'test'], {
        cwd: folder,
        env: {
          AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
          AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
          AWS_ENDPOINT_URL_SSM: ssm.url,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        },
      }),
    async close() {
      client.destroy();
      await Promise.all([codeBuild.close(), ssm.close(), dynamo.stop()]);
      await builds.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

for (const [name, open] of [
  ['this machine', openLocal],
  ['a deployed environment', openDeployed],
] as const) {
  describe(`what an operator does by hand at night: ${name}`, () => {
    let place: Place;
    beforeEach(async () => {
      place = await open();
    });
    afterEach(() => place.close());

    const acquire = async ({ acquiredAtMs = Date.now() } = {}): Promise<LockRow> => {
      const acquired = await place.locks.acquire({
        lockKey: `octo/example#${BRANCH}`,
        branch: BRANCH,
        owner: 'owner',
        workItemId: ITEM,
        environment: 'test',
        startToken: 'token',
        leaseMs: 30 * 60_000,
        nowMs: acquiredAtMs,
        resetAttempts: false,
      });
      expect(acquired.kind).to.equal('acquired');
      if (acquired.row === null) throw new Error('no row');
      return acquired.row;
    };
    const startBuild = async (row: LockRow, variables: Record<string, string> = {}): Promise<string> => {
      const started = await place.builds.start({ token: 'token', variables, release: null });
      if (started.kind !== 'started') throw new Error(started.kind);
      await place.locks.recordBuild({ ...holderOf(row), buildId: started.build.id });
      return started.build.id;
    };
    const lock = async () => (await place.locks.list())[0];

    it('stops the build of a card, refuses to unlock while it runs, and unlocks then', async () => {
      const buildId = await startBuild(await acquire());
      const refused = await place.run('unlock', BRANCH);
      expect(refused.exitCode).to.equal(1);
      expect(refused.stderr).to.include('LOCK_IN_USE').and.to.include(buildId).and.to.include('kiro-worker cancel');
      expect((await lock())?.status).to.equal('held');

      const cancelling = place.run('cancel', BRANCH, '--json');
      // Whoever closes locks does so as soon as the build has ended.
      await place.builds.waitForAll();
      const row = await lock();
      if (!row) throw new Error('no lock');
      await place.locks.release({
        ...holderOf(row),
        outcome: 'cancelled',
        head: null,
        nextEligibleAtMs: 0,
        nowMs: Date.now(),
      });
      const cancelled = await cancelling;
      expect(cancelled, cancelled.stderr).to.include({ exitCode: 0 });
      expect(JSON.parse(cancelled.stdout)).to.deep.equal({
        workItemId: ITEM,
        branches: [{ branch: BRANCH, buildId, wasStopped: true, closedAs: 'cancelled' }],
      });
      expect((await place.builds.get([buildId]))[0]?.status).to.equal('STOPPED');
      for (const verb of ['cancel', 'unlock']) {
        const again = await place.run(verb, BRANCH);
        expect(again, again.stderr).to.include({ exitCode: 4 });
        expect(again.stdout).to.match(/^Next: npx kiro-worker status /m);
      }
    });

    it('unlocks a branch whose build has ended, charges its card, and lets the card begin anew', async () => {
      const buildId = await startBuild(await acquire(), { SHORT: 'yes' });
      await place.builds.waitForAll();
      const unlocked = await place.run('unlock', BRANCH, '--json');
      expect(unlocked, unlocked.stderr).to.include({ exitCode: 0 });
      expect(JSON.parse(unlocked.stdout)).to.deep.equal({
        ...{ lockKey: `octo/example#${BRANCH}`, branch: BRANCH, wasHeld: true },
        build: { id: buildId, status: 'SUCCEEDED' },
      });
      expect(await lock()).to.include({ status: 'released', attempts: 1, lastOutcome: 'not-started' });
      expect((await place.locks.getLedgers([`octo/example#${BRANCH}`]))[0]).to.include({ builds: 1 });

      const retried = await place.run('retry', BRANCH);
      expect(retried, retried.stderr).to.include({ exitCode: 0 });
      expect(await lock()).to.include({ status: 'released', attempts: 0 });
      expect((await place.locks.getLedgers([`octo/example#${BRANCH}`]))[0]).to.include({ builds: 0 });
    });

    it('lets a start go on that may be under way, and unlocks what nobody ever started', async () => {
      const row = await acquire();
      for (const verb of ['cancel', 'unlock']) {
        const { exitCode, stderr } = await place.run(verb, BRANCH);
        expect(exitCode, verb).to.equal(1);
        expect(stderr).to.include('LOCK_IN_USE').and.to.include('two minutes');
      }
      await place.locks.release({
        ...{ ...holderOf(row), outcome: 'not-started', head: null },
        ...{ nextEligibleAtMs: 0, nowMs: Date.now() },
      });
      await acquire({ acquiredAtMs: Date.now() - 10 * 60_000 });
      const unlocked = await place.run('unlock', BRANCH);
      expect(unlocked, unlocked.stderr).to.include({ exitCode: 0 });
      expect(unlocked.stdout).to.include('knows no build of it');
      expect((await lock())?.status).to.equal('released');
    });

    it('says that a name means nothing', async () => {
      for (const verb of ['retry', 'cancel', 'unlock']) {
        const { exitCode, stderr } = await place.run(verb, 'nothing');
        expect(exitCode, verb).to.equal(1);
        expect(stderr, verb).to.include('"nothing"').and.to.include('CONFIG_INVALID');
      }
    });
  });
}
