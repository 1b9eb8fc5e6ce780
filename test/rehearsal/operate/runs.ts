import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { holderOf, lockKey } from '../../../src/core/lock.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';
import { PLACE } from '../../support/system/repository.ts';
import { clientSettings, type LifeCycle, placeVariables } from './life-cycle.ts';

const NAMES = resourceNames('test');
const KEY = lockKey(PLACE.repository, PLACE.branch);

/** What an operator does by hand, on rows that the deployed poller wrote into the deployed table. */
export function describeRuns(at: () => LifeCycle): void {
  describe('cancel, retry and unlock', () => {
    let dynamo: DynamoDBClient;
    let lambda: LambdaClient;
    let events: EventBridgeClient;
    let locks: LockStore;
    before(async () => {
      const settings = clientSettings(at());
      dynamo = new DynamoDBClient(settings);
      lambda = new LambdaClient(settings);
      events = new EventBridgeClient(settings);
      locks = createDynamoLockStore({ client: dynamo, tableName: NAMES.locksTable });
      // The emulator's schedule must not poll in between.
      await events.send(new DisableRuleCommand({ Name: NAMES.pollerRule }));
    });
    after(async () => {
      await events?.send(new EnableRuleCommand({ Name: NAMES.pollerRule }));
      for (const client of [dynamo, lambda, events]) client?.destroy();
    });

    const run = (...args: string[]) =>
      at().operator.run([...args, '--env', 'test', '--json'], { env: placeVariables(at()) });
    const invoke = async (FunctionName: string, event: unknown) => {
      const Payload = Buffer.from(JSON.stringify(event));
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      expect(answer.FunctionError, text).to.equal(undefined);
      return JSON.parse(text);
    };
    const poll = async () => {
      expect(await invoke(NAMES.pollerFunction, {})).to.include({ outcome: 'started' });
      const row = await locks.get(KEY);
      expect(row).to.include({ status: 'held', workItemId: row?.workItemId });
      return row?.buildId ?? '';
    };

    it('name what nothing is known of', async () => {
      for (const verb of ['retry', 'cancel', 'unlock']) {
        const { code, stderr } = await run(verb, 'feature/nothing');
        expect(code, verb).to.equal(1);
        expect(stderr, verb).to.include('"feature/nothing"');
      }
    });

    it('releases no lock while its build runs', async () => {
      const buildId = await poll();
      const { code: seen, stdout } = await run('status');
      expect([seen, stdout.includes(buildId)], stdout).to.deep.equal([0, true]);
      const { code, stderr } = await run('unlock', PLACE.branch);
      expect(code, stderr).to.equal(1);
      expect(stderr).to.include('LOCK_IN_USE').and.include(buildId);
      expect(await locks.get(KEY)).to.include({ status: 'held', buildId });
    });

    it("stops a card's build, which the deployed finalizer closes as cancelled", async () => {
      const { scene } = at();
      const cancelling = run('cancel', PLACE.branch);
      await scene.waitForEvents(2);
      const [, stopped] = scene.events;
      const [closed] = await invoke(NAMES.finalizerFunction, stopped);
      expect(closed).to.include({ lockKey: KEY, action: 'closed', outcome: 'cancelled' });
      const { code, stdout, stderr } = await cancelling;
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout).branches).to.have.length(1);
      expect(JSON.parse(stdout).branches[0]).to.include({ wasStopped: true, closedAs: 'cancelled' });
      expect(await run('cancel', PLACE.branch)).to.include({ code: 4 });
    });

    it('lets a card begin anew whose attempts, wait and caps are used up', async () => {
      const before = await locks.get(KEY);
      if (before === null) throw new Error('The card has no row.');
      const nowMs = Date.now();
      const { lockKey: key, branch, workItemId, environment } = before;
      const request = { lockKey: key, branch, workItemId, environment, owner: 'worn-out', startToken: 'worn-out' };
      const taken = await locks.acquire({ ...request, leaseMs: 60_000, nowMs, resetAttempts: false });
      if (taken.kind !== 'acquired') throw new Error('The row is held.');
      await locks.release({
        ...holderOf(taken.row),
        ...{
          outcome: 'agent-failed',
          nextEligibleAtMs: nowMs + 86_400_000,
          head: null,
          nowMs,
          attempts: 3,
          fruitless: 3,
        },
        charge: {
          lockKey: key,
          basis: { spec: taken.row.lastSpec, rules: taken.row.lastRules },
          use: { builds: 99, agentMinutes: 999, credits: 99, tokens: 0 },
        },
      });
      const { code, stdout, stderr } = await run('retry', PLACE.branch);
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.equal({ workItemId, branches: [branch], held: [] });
      expect(await locks.get(KEY)).to.include({ attempts: 0, fruitless: 0, nextEligibleAtMs: 0 });
      const [ledger] = await locks.getLedgers([key]);
      expect(ledger).to.include({ builds: 0, agentMinutes: 0, credits: 0, tokens: 0 });
    });

    it('releases the lock of a build that has ended, which the next poll has started', async () => {
      const { scene } = at();
      scene.github.state.moveCard(scene.item, 'For Implementation');
      const buildId = await poll();
      await scene.builds.stop(buildId);
      await scene.waitForEvents(4);
      const { code, stdout, stderr } = await run('unlock', PLACE.branch);
      expect(code, stderr).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.include({ lockKey: KEY, wasHeld: true });
      expect(JSON.parse(stdout).build).to.include({ id: buildId });
      expect(await locks.get(KEY)).to.include({ status: 'released' });
      expect(await run('unlock', PLACE.branch)).to.include({ code: 4 });
    });
  });
}
