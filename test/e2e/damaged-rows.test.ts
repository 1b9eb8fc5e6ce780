import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { AGENT_SERVICE } from '../../src/core/lifecycle/breaker.ts';
import { RECORD_KEYS } from '../../src/core/lifecycle/stored-row.ts';
import { lockKey } from '../../src/core/lock.ts';
import { explain } from '../../src/flows/explain.ts';
import { retry } from '../../src/flows/operate/run/retry.ts';
import { locksFileOf } from '../../src/local/runtime.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { PLACE } from '../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../support/system/test-system.ts';

describe('a row of the locks that cannot be read', () => {
  let system: TestSystem;
  afterEach(() => system.close());
  const keyOf = (branch: string) => lockKey(PLACE.repository, branch);
  const write = (sql: string, ...values: string[]) => {
    const database = new DatabaseSync(locksFileOf(system.dataDirectory));
    database.prepare(sql).run(...values);
    database.close();
  };
  const putLock = (branch: string, text: string) =>
    write('INSERT OR REPLACE INTO locks (lock_key, row) VALUES (?, ?)', keyOf(branch), text);
  const putRecord = (key: string, text: string) =>
    write('INSERT OR REPLACE INTO records (key, record) VALUES (?, ?)', key, text);

  it('costs its own card alone, is named by poll and explain, and an operator mends it', async () => {
    system = await createTestSystem({ build: ['true'], config: { maxConcurrentBuilds: 1 } });
    for (const title of ['Lock', 'Ledger']) await system.addCard(title, { priority: 'High' });
    putLock('feature/lock', '{"status":"held","fence":"seven"}');
    putRecord(RECORD_KEYS.ledger(keyOf('feature/ledger')), '{"builds":"many"}');
    putRecord(RECORD_KEYS.breaker(AGENT_SERVICE), 'not json');

    const { started, leftOut } = await system.run();
    expect(started.map(({ title }) => title)).to.deep.equal([PLACE.card]);
    expect(leftOut.map(({ title, reason }) => [title, reason])).to.deep.equal([
      ['Lock', 'unreadable'],
      ['Ledger', 'unreadable'],
    ]);
    expect(leftOut[0]?.detail)
      .to.match(/fence: must be a number \(it is "seven"\)/)
      .and.to.include('delete that row');
    expect(leftOut[1]?.detail)
      .to.match(/builds: must be a number \(it is "many"\)/)
      .and.to.include('kiro-worker retry acme/slugs#feature/ledger');
    // One build went; until it has told, the next waits.
    expect(await system.machine.locks.getBreaker(AGENT_SERVICE)).to.include({ isOpen: true, version: 1 });

    const { ports, config } = system.machine;
    const { locks, clock } = ports;
    const { cards } = await explain({ config, github: ports.connectGitHub(config), locks, clock, item: 'ledger' });
    expect(cards[0]).to.include({ reason: 'unreadable' });
    await retry({ locks, item: keyOf('feature/ledger'), nowMs: clock.now() });
    const again = await explain({ config, github: ports.connectGitHub(config), locks, clock, item: 'ledger' });
    expect(again.cards[0]).to.include({ reason: 'ready' });
  });
});

describe('a card that is taken off the board and added again', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('has used up what its branch has', async () => {
    const lifetimeCaps = { builds: 1, agentMinutes: 600, credits: 500 };
    system = await createTestSystem({ build: ['exit 1'], config: { lifetimeCaps } });
    await system.run();
    await system.poll();
    const { state } = system.github;
    const { content } = system.item;
    system.item.archived = true;
    state.addItem(system.project, { content, column: 'For Implementation', branch: PLACE.branch });
    const { started, leftOut } = await system.poll();
    expect(started).to.deep.equal([]);
    expect(leftOut.map(({ reason }) => reason)).to.include('caps-reached');
  });
});
