import { expect } from 'chai';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectEnding } from '../support/expect-ending.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const BROKEN = `import assert from 'node:assert/strict';
import test from 'node:test';

test('adds up', () => assert.equal(1 + 1, 3));
`;

async function artifact(system: TestSystem, name: string): Promise<Record<string, unknown>> {
  const build = (await view.buildsOf(system)).at(-1);
  return JSON.parse(await view.artifactOf(system, build?.id ?? '', name));
}

describe('gates before hand-over', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('keeps a pull request whose tests fail a draft, and names the test', async () => {
    const agentScript = `export const work = ({ write }) => write('test/broken.test.js', ${JSON.stringify(BROKEN)});`;
    system = await createTestSystem({ tasks: TASKS, agentScript });
    await system.run();
    await expectEnding(system, {
      kind: 'tests-failed',
      column: 'Needs a person',
      tasks: ['1'],
      words: /1 of 3 tests failed/,
    });
    expect(view.pullRequestOf(system).body).to.include('#### adds up').and.to.not.include('### Findings');
    const { findings } = await artifact(system, 'metadata.json');
    expect(findings).to.have.length(1);
    expect(findings).to.have.nested.property('[0].rule', 'tests/exit-code');
    expect(await artifact(system, 'reports/test-results.json')).to.include({ verdict: 'failed' });
  });
});
