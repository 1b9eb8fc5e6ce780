import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startCommand } from '../../support/command-line.ts';
import { startLocalPoll } from '../../support/door-process.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { onceLogged } from '../../support/live-build.ts';
import { createWorld, type World } from '../../support/world.ts';
import * as see from '../../support/world-view.ts';

const COMPLETED = { kind: 'completed', column: 'In Review', tasks: ['1', '2'], words: /All required tasks/ } as const;

describe('several processes on one machine', () => {
  let world: World;
  afterEach(() => world.close());

  it('that poll at once start one build between them', async () => {
    world = await createWorld();
    const results = await Promise.all([1, 2, 3].map(() => startLocalPoll(world).ended));
    const told = results.map(({ code, stdout, stderr }) => {
      expect(code, stderr).to.equal(0);
      return JSON.parse(stdout) as { started: unknown[]; runs: { outcome: string }[] };
    });
    expect(told.flatMap(({ started }) => started)).to.have.length(1);
    expect(told.flatMap(({ runs }) => runs.map(({ outcome }) => outcome))).to.deep.equal(['completed']);
    expect(await see.buildsOf(world)).to.have.length(1);
    await expectEnding(world, COMPLETED);
  });

  it('of which one is killed: its build goes on alone, and nobody starts another beside it', async () => {
    world = await createWorld({ agentDelayMs: 700 });
    const first = startLocalPoll(world);
    await onceLogged(world, {
      wanted: ({ phase }) => phase === 'implement',
      act: () => first.child.kill('SIGKILL'),
    }).happened;
    expect((await first.ended).signal).to.equal('SIGKILL');
    const polled = await world.poll();
    expect(polled).to.deep.include({ started: [], reconciled: [] });
    const builds = await see.buildsOf(world);
    expect(builds.map(({ ended }) => ended)).to.deep.equal([false]);

    await until(async () => (await see.lockOf(world)).status === 'released');
    expect((await world.poll()).started).to.deep.equal([]);
    expect(await see.buildsOf(world)).to.have.length(1);
    expect(await see.lockOf(world)).to.include({ lastOutcome: 'completed', fence: 1 });
    expect(await see.tasksDone(world)).to.deep.equal(['1', '2']);
    expect(see.columnOf(world)).to.equal('In Review');
  });

  it('of which one is told to end: its build pushes what is whole and the next poll goes on', async () => {
    world = await createWorld({ agentDelayMs: 300 });
    const first = startLocalPoll(world);
    await onceLogged(world, {
      wanted: ({ phase, n }) => phase === 'implement' && n === 2,
      act: () => first.child.kill('SIGINT'),
    }).happened;
    const { stderr } = await first.ended;
    expect(stderr).to.include('Ending:');
    expect(await see.lockOf(world)).to.include({ status: 'released', lastOutcome: 'partial' });
    expect(await see.tasksDone(world)).to.deep.equal(['1']);
    expect(see.columnOf(world)).to.equal('For Implementation');
    await world.run();
    await expectEnding(world, COMPLETED);
    expect(see.overlapping(await see.buildsOf(world))).to.deep.equal([]);
  });

  it('of which one watches until Ctrl-C, which ends it well even while GitHub takes no word', async () => {
    world = await createWorld({ agentDelayMs: 300 });
    const { configFile, dataDirectory, env } = world;
    const words = ['local', 'watch', '--config', configFile, '--data', dataDirectory];
    const watch = startCommand(words, { cwd: world.root, env: { ...env } });
    await onceLogged(world, {
      wanted: ({ phase, n }) => phase === 'implement' && n === 2,
      act: () => {
        world.github.faults.next({ operation: 'FindComments', times: 20 }, { kind: 'unauthorized' });
        watch.process.kill('SIGINT');
        watch.process.kill('SIGINT');
      },
    }).happened;
    const { exitCode, stderr } = await watch.result;
    expect(exitCode, stderr).to.equal(0);
    expect(stderr)
      .to.include('Not every ending could be told')
      .and.to.match(/The lock of .* is left to its build/);
    expect(await see.tasksDone(world)).to.deep.equal(['1']);
    world.github.faults.clear();
    await world.runUntil('completed', 2);
    await expectEnding(world, { ...COMPLETED, mayBeKilled: true });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAtMs) throw new Error('it did not come about within 20 s');
    await sleep(50);
  }
}
