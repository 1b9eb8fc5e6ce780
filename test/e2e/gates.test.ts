import { expect } from 'chai';
import { expectEnding } from '../support/expect-ending.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';
import * as see from '../support/world-view.ts';

const TASKS = '- [ ] 1. One task\n';
const BROKEN = `import assert from 'node:assert/strict';
import test from 'node:test';

test('adds up', () => assert.equal(1 + 1, 3));
`;

describe('gates before hand-over', () => {
  let world: World;
  afterEach(() => world.close());

  it('keeps a pull request whose tests fail a draft, and names the test', async () => {
    world = await createWorld({ tasks: TASKS, branchFiles: { 'test/broken.test.js': BROKEN } });
    await world.run();
    await expectEnding(world, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /1 of 3 tests failed/,
    });
    expect(see.pullRequestOf(world).body).to.include('#### adds up');
  });

  it('keeps a pull request below the threshold a draft, and names both figures', async () => {
    world = await createWorld({ tasks: TASKS, config: { coverageThreshold: 95 } });
    await world.run();
    await expectEnding(world, { kind: 'coverage-below', column: 'Needs a person', tasks: ['1'], words: /92\.3.*95/s });
  });

  it('takes no word of an agent that changed nothing', async () => {
    world = await createWorld({ tasks: TASKS, agent: 'change-nothing' });
    await world.run();
    await expectEnding(world, {
      kind: 'agent-changed-nothing',
      column: 'Needs a person',
      tasks: [],
      words: /One task/,
    });
  });
});
