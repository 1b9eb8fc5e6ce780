import { expect } from 'chai';
import { expectEnding } from '../support/expect-ending.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const BROKEN = `import assert from 'node:assert/strict';
import test from 'node:test';

test('adds up', () => assert.equal(1 + 1, 3));
`;

describe('gates before hand-over', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('keeps a pull request whose tests fail a draft, and names the test', async () => {
    system = await createTestSystem({ tasks: TASKS, branchFiles: { 'test/broken.test.js': BROKEN } });
    await system.run();
    await expectEnding(system, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /1 of 3 tests failed/,
    });
    expect(view.pullRequestOf(system).body).to.include('#### adds up');
  });

  it('keeps a pull request below the threshold a draft, and names both figures', async () => {
    system = await createTestSystem({ tasks: TASKS, config: { coverageThreshold: 95 } });
    await system.run();
    await expectEnding(system, { kind: 'coverage-below', column: 'Needs a person', tasks: ['1'], words: /92\.3.*95/s });
  });

  it('takes no word of an agent that changed nothing', async () => {
    system = await createTestSystem({ tasks: TASKS, agent: 'change-nothing' });
    await system.run();
    await expectEnding(system, {
      kind: 'agent-changed-nothing',
      column: 'Needs a person',
      tasks: [],
      words: /One task/,
    });
  });
});
