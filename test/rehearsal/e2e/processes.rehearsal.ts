import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startCommand } from '../../support/command-line.ts';
import { startLocalPoll } from '../../support/command-process.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { onceLogged } from '../../support/live-build.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const COMPLETED = { kind: 'completed', column: 'In Review', tasks: ['1', '2'], words: /All required tasks/ } as const;

describe('several processes on one machine', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('that poll at once start one build between them', async () => {
    system = await createTestSystem();
    const results = await Promise.all([1, 2, 3].map(() => startLocalPoll(system).ended));
    const printed = results.map(({ code, stdout, stderr }) => {
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout) as { started: unknown[]; runs: { outcome: string }[] };
    });
    expect(printed.flatMap(({ started }) => started)).to.have.length(1);
    expect(printed.flatMap(({ runs }) => runs.map(({ outcome }) => outcome))).to.deep.equal(['completed']);
    expect(await view.buildsOf(system)).to.have.length(1);
    await expectEnding(system, COMPLETED);
  });

  it('of which one is killed: its build goes on alone, and nobody starts another beside it', async () => {
    system = await createTestSystem({ agentDelayMs: 700 });
    const first = startLocalPoll(system);
    await onceLogged(system, {
      wanted: ({ phase }) => phase === 'implement',
      act: () => first.child.kill('SIGKILL'),
    }).happened;
    expect((await first.ended).signal).to.equal('SIGKILL');
    const polled = await system.poll();
    expect(polled).to.deep.include({ started: [], reconciled: [] });
    const builds = await view.buildsOf(system);
    expect(builds.map(({ ended }) => ended)).to.deep.equal([false]);

    await until(async () => (await view.lockOf(system)).status === 'released');
    expect((await system.poll()).started).to.deep.equal([]);
    expect(await view.buildsOf(system)).to.have.length(1);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'completed', fence: 1 });
    expect(await view.tasksDone(system)).to.deep.equal(['1', '2']);
    expect(view.columnOf(system)).to.equal('In Review');
  });

  it('of which one gets SIGINT: its build pushes what is whole and the next poll goes on', async () => {
    system = await createTestSystem({ agentDelayMs: 300 });
    const first = startLocalPoll(system);
    await onceLogged(system, {
      wanted: ({ phase, n }) => phase === 'implement' && n === 2,
      act: () => first.child.kill('SIGINT'),
    }).happened;
    const { stderr } = await first.ended;
    expect(stderr).to.include('Ending:');
    expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'partial' });
    expect(await view.tasksDone(system)).to.deep.equal(['1']);
    expect(view.columnOf(system)).to.equal('For Implementation');
    await system.run();
    await expectEnding(system, COMPLETED);
    expect(view.overlapping(await view.buildsOf(system))).to.deep.equal([]);
  });

  it('of which one watches until Ctrl-C, which ends it well even while GitHub refuses comments', async () => {
    system = await createTestSystem({ agentDelayMs: 300 });
    const { configFile, dataDirectory, env } = system;
    const args = ['local', 'watch', '--config', configFile, '--data', dataDirectory];
    const watch = startCommand(args, { cwd: system.root, env: { ...env } });
    await onceLogged(system, {
      wanted: ({ phase, n }) => phase === 'implement' && n === 2,
      act: () => {
        system.github.faults.next({ operation: 'FindComments', times: 20 }, { kind: 'unauthorized' });
        watch.process.kill('SIGINT');
        watch.process.kill('SIGINT');
      },
    }).happened;
    const { exitCode, stderr } = await watch.result;
    expect(exitCode, stderr).to.equal(0);
    expect(stderr).to.include('a part of the outcome could not be written').and.to.include('FindComments');
    expect((await view.lockOf(system)).pending?.surfaces).to.deep.equal(['comment']);
    expect(await view.tasksDone(system)).to.deep.equal(['1']);
    system.github.faults.clear();
    await system.runUntil('completed', 2);
    await expectEnding(system, { ...COMPLETED, mayBeKilled: true });
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + 20_000;
  while (!(await isTrue())) {
    if (Date.now() > giveUpAtMs) throw new Error('it did not come about within 20 s');
    await sleep(50);
  }
}
