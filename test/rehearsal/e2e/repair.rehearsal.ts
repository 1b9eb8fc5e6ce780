import { expect } from 'chai';
import { expectEnding } from '../../support/expect-ending.ts';
import { killWorkers } from '../../support/live-build.ts';
import { WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem } from '../../support/system/test-system.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const testThat = (name: string, body: string) => `import test from 'node:test';\ntest('${name}', () => { ${body} });\n`;
const RED = testThat('adds up', "throw new Error('1 is not 2');");

/** An agent that breaks a test by its task, and then does in each repair what `repairs` says of its number: the text of that test, or
 *  nothing. */
function agentThat(...repairs: readonly (string | null)[]): string {
  return `const repairs = ${JSON.stringify(repairs)};
export function work({ task: prompt, write }) {
  const [, round] = /repair (\\d+) of at most/.exec(prompt) ?? [];
  const text = round === undefined ? ${JSON.stringify(RED)} : repairs[round - 1];
  if (round !== undefined && !prompt.includes('Failing test: adds up')) throw new Error('The evidence names no test.');
  if (text !== null) write('test/added.test.js', text);
}`;
}

const GREEN = testThat('adds up', '');

async function repairsOf(system: TestSystem): Promise<{ round: number; commit: string | null }[]> {
  const build = (await view.buildsOf(system)).at(-1);
  return JSON.parse(await view.artifactOf(system, build?.id ?? '', 'metadata.json')).repairs;
}

describe('repair rounds of whole builds', () => {
  let system: TestSystem;
  afterEach(() => system.close());
  const start = async (agentScript: string, rules = '') => {
    const files = { '.kiro-worker.yml': `${WORKER_FILE}${rules}` };
    system = await createTestSystem({ tasks: TASKS, agentScript, files });
  };

  it('hand over what the first round repaired', async () => {
    await start(agentThat(GREEN));
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1'],
      words: /1 task implemented in this run; 1 repair round, all gates passed/,
    });
    expect((await repairsOf(system)).map(({ round }) => round)).to.deep.equal([1]);
    const { body } = view.pullRequestOf(system);
    expect(body)
      .to.include('### Repairs')
      .and.match(/\| 1 \| 1 of 3 tests failed.* \| \[[0-9a-f]{8}\]/);
    const commits = (await view.commitsOf(system)).slice(-2);
    expect(commits.map(({ task, repair }) => [task, repair])).to.deep.equal([
      ['1', null],
      [null, '1'],
    ]);
  });

  it('end with the tests that never became green', async () => {
    const still = (n: number) => testThat('adds up', `throw new Error('still, ${n}');`);
    await start(agentThat(still(1), still(2)));
    await system.run();
    await expectEnding(system, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /1 of 3 tests failed.*last two repair rounds changed nothing about it/s,
    });
    expect((await repairsOf(system)).every(({ commit }) => commit !== null)).to.equal(true);
  });

  it('end where the agent changes nothing, twice', async () => {
    await start(agentThat(null, null));
    await system.run();
    await expectEnding(system, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /last two repair rounds changed nothing about it/,
    });
    expect(await repairsOf(system)).to.have.length(2);
  });

  it('go on where a killed build had begun one, and count that', async () => {
    await start(agentThat(RED.replace('1 is not 2', 'round 1'), GREEN));
    let killed = 0;
    // The second push is that of the first repair; the server takes it all the same.
    const kill = () => {
      killed += killWorkers(system);
    };
    system.github.faults.next({ git: 'receive-pack', method: 'POST', skip: 1 }, { kind: 'before', run: kill });
    await system.run();
    expect(killed).to.equal(1);
    expect(await view.lockOf(system)).to.include({ status: 'held' });
    await system.run();
    await expectEnding(system, {
      kind: 'completed',
      column: 'In Review',
      tasks: ['1'],
      words: /0 tasks implemented in this run; 1 repair round/,
    });
    expect((await repairsOf(system)).map(({ round }) => round)).to.deep.equal([2]);
    expect((await view.commitsOf(system)).flatMap(({ repair }) => repair ?? [])).to.deep.equal(['1', '2']);
  });

  it('are none where the rules want none', async () => {
    await start(agentThat(), 'repairRounds: 0\n');
    await system.run();
    await expectEnding(system, { kind: 'tests-failed', column: 'Needs a person', tasks: ['1'], words: /1 of 3 tests/ });
    expect(await repairsOf(system)).to.deep.equal([]);
  });
});
