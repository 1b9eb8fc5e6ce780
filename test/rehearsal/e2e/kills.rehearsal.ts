import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Matcher } from '../../../src/fakes/github/faults.ts';
import { expectEnding } from '../../support/expect-ending.ts';
import { killWorkers, type LogRecord, onceLogged } from '../../support/live-build.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const POWER = path.join(fileURLToPath(new URL('../../..', import.meta.url)), 'examples', 'power');

type Arm = (system: TestSystem, kill: () => void) => void;

const logged =
  (wanted: (record: LogRecord) => boolean): Arm =>
  (system, kill) => {
    onceLogged(system, { wanted, act: kill });
  };
const phase = (name: string, n?: number) => logged((record) => record.phase === name && (!n || record.n === n));
const before =
  (matcher: Matcher, delayMs = 0): Arm =>
  ({ github }, kill) =>
    github.faults.next(matcher, {
      kind: 'before',
      run: () => (delayMs === 0 ? kill() : void setTimeout(kill, delayMs)),
    });
/** Each push asks twice where the branch is, the first time without its credential, and then sends its commits once. */
const asks = (push: number) => before({ git: 'receive-pack', method: 'GET', skip: 2 * (push - 1) });
const sends = (push: number) => before({ git: 'receive-pack', method: 'POST', skip: push - 1 });

/** In the order in which a run passes them. The first push is that of the steering files. */
const BOUNDARIES: Readonly<Record<string, Arm>> = {
  'when the checkout begins': phase('checkout'),
  'while git fetches': before({ git: 'upload-pack', method: 'POST' }),
  'when the spec is read': phase('spec'),
  'when steering files are synchronised': phase('steering'),
  'between commit and push of the steering files': asks(1),
  'while the steering files are pushed': sends(1),
  'when the agent is prepared': phase('agent'),
  'when the first task begins': phase('implement', 1),
  'while the agent edits': logged(({ text }) => text?.includes('Write File') === true),
  'between commit and push of the first task': asks(2),
  'while the first task is pushed': sends(2),
  'when the second task begins': phase('implement', 2),
  'between commit and push of the last task': asks(3),
  'while the last task is pushed': sends(3),
  'when the tests run': phase('verify'),
  'when the outcome is published': phase('publish'),
  'before the section is written': before({ method: 'PATCH', path: /\/pulls\// }),
  'between section and comment': before({ operation: 'AddComment' }),
  'between comment and card': before({ operation: 'MoveCard', skip: 1 }),
  'between card and draft state': before({ operation: 'MarkReady' }),
  'around the release of the lock': before({ operation: 'MarkReady' }, 15),
};

describe('a worker killed with SIGKILL', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  for (const [boundary, arm] of Object.entries(BOUNDARIES)) {
    it(`${boundary}: the next polls finish the work`, async () => {
      system = await createTestSystem({ config: { power: { source: POWER } }, agentDelayMs: 40 });
      await killOnce(system, arm, { mayMiss: boundary.startsWith('around') });
      const pushed = await view.commitsOf(system);
      await system.runUntil('completed', 3);
      await expectFinished(system, pushed);
    });
  }

  it('alone, while its git goes on and pushes: the task is there and not done again', async () => {
    system = await createTestSystem({ config: { power: { source: POWER } } });
    await killOnce(system, sends(2), { alone: true });
    const pushed = await view.commitsOf(system);
    await system.runUntil('completed', 3);
    await expectFinished(system, pushed);
  });

  it('again and again, at one boundary after the other: every build gets further', async () => {
    system = await createTestSystem({ config: { maxAttempts: 20 } });
    for (const arm of [phase('agent'), asks(1), phase('implement', 2), phase('publish')]) await killOnce(system, arm);
    const pushed = await view.commitsOf(system);
    await system.runUntil('completed', 2);
    await expectFinished(system, pushed);
  });
});

describe('a build that is asked to stop', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  for (const boundary of [
    'when the checkout begins',
    'while git fetches',
    'when the agent is prepared',
    'while the agent edits',
    'between commit and push of the first task',
    'while the first task is pushed',
    'when the second task begins',
    'when the tests run',
    'when the outcome is published',
    'between comment and card',
  ]) {
    it(`${boundary}: ends in order, and the next polls finish the work`, async () => {
      system = await createTestSystem({ config: { power: { source: POWER } }, agentDelayMs: 40 });
      const { builds } = system.machine;
      let stopped: Promise<unknown> = Promise.reject(new Error('nothing was stopped'));
      stopped.catch(() => undefined);
      const stop = async () => {
        for (const { id, ended } of await view.buildsOf(system)) if (!ended) await builds.stop(id);
      };
      BOUNDARIES[boundary]?.(system, () => {
        stopped = stop();
      });
      await system.run();
      await stopped;
      const pushed = await view.commitsOf(system);
      const row = await view.lockOf(system);
      expect(row.status, await view.logOf(system, row.buildId ?? '')).to.equal('released');
      expect(row.lastOutcome).to.be.oneOf(['partial', 'completed']);
      if (row.lastOutcome === 'partial') await system.runUntil('completed', 2);
      await expectFinished(system, pushed);
    });
  }
});

async function killOnce(
  system: TestSystem,
  arm: Arm,
  { alone = false, mayMiss = false }: { alone?: boolean; mayMiss?: boolean } = {},
): Promise<void> {
  let killed = 0;
  arm(system, () => {
    killed += killWorkers(system, { alone });
  });
  await system.run();
  const build = (await view.buildsOf(system)).at(-1);
  if (mayMiss && killed === 0) return;
  expect(killed).to.equal(1);
  if (!mayMiss) expect((await view.lockOf(system)).status).to.equal('held');
  expect(build?.phases.find(({ name }) => name === 'BUILD')?.detail).to.equal('exit status 137');
}

/** Finished; no task twice, nothing that was pushed lost, no two builds at the same time. */
async function expectFinished(system: TestSystem, pushed: readonly view.SeenCommit[]): Promise<void> {
  await expectEnding(system, {
    kind: 'completed',
    column: 'In Review',
    tasks: ['1', '2'],
    words: /All required tasks/,
    mayBeKilled: true,
  });
  const commits = await view.commitsOf(system);
  expect(commits.slice(0, pushed.length)).to.deep.equal(pushed);
  expect(view.overlapping(await view.buildsOf(system))).to.deep.equal([]);
}
