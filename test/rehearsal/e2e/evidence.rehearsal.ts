import { expect } from 'chai';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

const REQUIREMENTS = `# Requirements Document

### Requirement 1: Short slugs

#### Acceptance Criteria

1. WHEN a slug is longer than ten letters THEN it SHALL be cut
2. WHEN a slug is empty THEN it SHALL be refused
3. WHEN a slug is cut THEN it SHALL end in a letter
`;
const TASKS = `- [ ] 1. Cut slugs
  - _Requirements: 1.1, 1.3_
- [ ]* 2. Refuse empty ones
  - _Requirements: 1.2_
`;
const CUT = `export const cut = (slug) => slug.slice(0, 10);\n`;
const TEST = `import assert from 'node:assert/strict';
import test from 'node:test';
import { cut } from '../src/cut.js';

test('cuts long slugs (Requirement 1.1)', () => assert.equal(cut('a'.repeat(11)).length, 10));
`;
const WRONG = `${TEST}test('Requirement 1.3: ends in a letter', () => assert.match(cut('abcdefghi-j'), /[a-z]$/));\n`;

describe('evidence of criteria', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  async function run(tests: string): Promise<unknown> {
    const write = [
      `write('src/cut.js', ${JSON.stringify(CUT)})`,
      `write('test/cut.test.js', ${JSON.stringify(tests)})`,
    ].join('; ');
    const agentScript = `export const work = ({ write }) => { ${write}; };`;
    const spec = { [`${PLACE.specFolder}/requirements.md`]: REQUIREMENTS };
    system = await createTestSystem({ tasks: TASKS, agentScript, branchFiles: spec });
    await system.run();
    const build = (await view.buildsOf(system)).at(-1);
    const { criteria } = JSON.parse(await view.artifactOf(system, build?.id ?? '', 'reports/evidence.json'));
    return criteria.map(({ id, verdict }: { id: string; verdict: string }) => `${id} ${verdict}`);
  }

  it('shows what a test names that came with the task, and says of the rest that it is not known', async () => {
    expect(await run(TEST)).to.deep.equal(['1.1 PASS', '1.2 UNKNOWN', '1.3 UNKNOWN']);
    expect(view.pullRequestOf(system).body).to.match(/\| 1\.2 \|.*\| UNKNOWN \| no task that refers to it is done \|/);
  });

  it('names the criterion that a failed test refutes', async () => {
    expect(await run(WRONG)).to.deep.equal(['1.1 PASS', '1.2 UNKNOWN', '1.3 FAIL']);
    expect(view.pullRequestOf(system).body).to.match(/\| 1\.3 \|.*\| FAIL \|/);
  });
});
