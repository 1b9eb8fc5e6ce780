import { expect } from 'chai';
import { createBaselineScene } from '../../../../test/support/scenes/baseline.ts';
import type { Prepared } from '../../run-states.ts';
import { installForAgent } from '../baseline/judge-baseline.ts';
import { lookAfterTask } from './look-after-task.ts';

/** Fails a test for each line of `red.txt`, in what the install left. */
const CHECK = `
import fs from 'node:fs';
fs.appendFileSync(process.env.CALLS, fs.existsSync('installed.txt') + '\\n');
const failed = fs.readFileSync('red.txt', 'utf8').trim().split('\\n').filter((name) => name !== '');
const cases = failed.map((name) => '<testcase name="' + name + '"><failure message="no"/></testcase>');
fs.mkdirSync('reports', { recursive: true });
fs.writeFileSync('reports/junit.xml', '<testsuite><testcase name="always"/>' + cases.join('') + '</testsuite>');
process.exitCode = failed.length > 0 ? 1 : 0;
`;
const RULES = `install: [${process.execPath}, -e, "fs.writeFileSync('installed.txt', '')"]
test: ${process.execPath} check.mjs
coverage: false
reports: {tests: reports/junit.xml}
`;

describe('the tests after a task', () => {
  let scene: Awaited<ReturnType<typeof createBaselineScene>>;
  afterEach(() => scene.close());

  it('note what failed after no task before, and end nothing', async () => {
    scene = await createBaselineScene({
      'check.mjs': CHECK,
      'red.txt': 'old\n',
      '.gitignore': 'reports/\ninstalled.txt\n',
    });
    const { context, from, commands, callsOf } = await scene.openRun({ rules: RULES });
    const tolerated = new Map([['old', 1]]);
    const baseline = { commit: from.head, verdict: null };
    let state: Prepared = { ...from, stage: 'prepared', commands, looksAgain: false, tolerated, baseline };
    await installForAgent(context, { from, commands, steps: 3 });
    const pending = new Set<string>();
    for (const [at, red] of ['old\nnew\n', 'old\nnew\n', 'old\nother\n'].entries()) {
      await scene.git.write('red.txt', red);
      await scene.git.write('task.txt', String(at));
      const committed = await scene.git.commit();
      if (committed.kind !== 'committed') throw new Error('Nothing was committed.');
      const after: Prepared = { ...state, head: committed.head };
      await lookAfterTask(context, { label: `${at + 1} Do it`, n: at + 1, before: state, after, pending });
      state = after;
    }
    const { results, logs } = context.record.current();
    expect(results.findings.map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`)).to.deep.equal([
      'tests/pending notice: After 1 Do it: new',
      'tests/pending notice: After 3 Do it: other',
    ]);
    expect(callsOf(), 'in what the install left').to.deep.equal(['true', 'true', 'true']);
    expect([...logs.keys()]).to.deep.equal(['task-01-test.log', 'task-02-test.log', 'task-03-test.log']);
  });
});
