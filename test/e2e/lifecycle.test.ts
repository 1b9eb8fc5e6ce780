import { expect } from 'chai';
import { lockKey } from '../../src/core/lock.ts';
import { PLACE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../support/system/test-system.ts';

describe('work that goes nowhere, over real parts', () => {
  let system: TestSystem;
  afterEach(() => system.close());
  const run = () => system.run();

  it('charges minutes and credits also for a build that was killed', async () => {
    system = await createTestSystem({ build: ['exit 1'], env: { AGENT_CREDIT_LIMIT: '30' } });
    await run();
    await system.poll();
    const [ledger] = await system.machine.locks.getLedgers([lockKey(PLACE.repository, PLACE.branch)]);
    expect(ledger).to.include({ builds: 1, credits: 30 });
    expect(ledger?.agentMinutes).to.be.within(0.0001, 60);
  });
});
