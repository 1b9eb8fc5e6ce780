import { expect } from 'chai';
import type { Clock } from '../../src/core/ports/clock.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectCompleted } from '../support/expect-ending.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const later = (minutes: number): Clock => ({
  now: () => Date.now() + minutes * 60_000,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
});

describe('an outcome where GitHub refuses a part of it', () => {
  let system: TestSystem;
  const open = async (options: TestSystemOptions = {}) => {
    system = await createTestSystem({ tasks: '- [ ] 1. One task\n', ...options });
    return system.github;
  };
  afterEach(() => system.close());

  const findings = async () => {
    const { findings: all }: { findings: { rule: string; message: string }[] } = await view.lastMetadataOf(system);
    return all.filter(({ rule }) => rule.startsWith('publish/'));
  };

  itInRehearsal('is complete on all others when the conversation is locked and the ready mark refused', async () => {
    const { state, faults } = await open();
    const { content } = system.item;
    if (content?.kind !== 'issue') throw new Error('the card shows no issue');
    content.locked = true;
    faults.next({ operation: 'MarkReady' }, { kind: 'refusal', name: 'ready-refused' });
    faults.next({ operation: 'ReadViewer' }, { kind: 'refusal', name: 'token-lacks-right' });
    await system.run();
    await expectCompleted(system);
    expect(view.columnOf(system)).to.equal('In Review');
    expect(view.pullRequestOf(system).draft).to.equal(true);
    expect(view.commentsOf(system)).to.deep.equal([]);
    expect((await view.lockOf(system)).pending).to.equal(null);
    const found = await findings();
    expect(found.map(({ rule }) => rule)).to.deep.equal([
      'publish/no-own-address',
      'publish/refused',
      'publish/refused',
    ]);
    expect(found[1]?.message).to.include('ready mark');
    expect(found[2]?.message).to.include('locked');
    state.moveCard(system.item, 'Done');
    expect((await system.poll({ clock: later(80) })).reconciled).to.deep.equal([]);
  });

  itInRehearsal(
    'says in the comment why the card stays, and takes a failed card out of the column of running builds',
    async () => {
      const { state } = await open({ build: ['exit 1'], config: { maxAttempts: 1, failedColumn: null } });
      await system.run();
      state.rights.projects = 'read';
      await system.poll();
      expect(view.columnOf(system)).to.equal('In Progress');
      expect(view.commentsOf(system)[0]?.body).to.match(/column could not be written: .*Resource not accessible/);
      expect((await view.lockOf(system)).pending).to.equal(null);

      state.rights.projects = 'write';
      await system.addCard('Other');
      await system.run();
      await system.poll();
      const other = state.card('Other');
      expect(other && state.columnOf(other)).to.equal('For Implementation');
      const { leftOut } = await system.poll();
      expect(leftOut.map(({ title, reason }) => [title, reason])).to.deep.equal([['Other', 'attempts-exhausted']]);
    },
  );
});
