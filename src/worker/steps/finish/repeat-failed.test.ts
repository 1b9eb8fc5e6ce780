import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import { createRepairScene } from '../../../../test/support/scenes/repair.ts';

const TWICE = 'repeatFailedTests: true\n';

describe('tests that fail at the end', () => {
  let scene: Awaited<ReturnType<typeof createRepairScene>>;
  afterEach(() => scene.close());
  const finish = async (own: string, rules: string) => {
    scene = await createRepairScene({ own });
    return scene.finish({ rules });
  };

  it('are run once more where the rules say so, and never pass in silence', async () => {
    const { result, results, logs, calls } = await finish('flaky', TWICE);
    expect([result.stage, calls]).to.deep.equal(['verified', 2]);
    const [flaky, ...others] = results.findings;
    expect(flaky).to.include({ rule: 'tests/flaky', severity: 'warning' });
    expect(flaky?.message).to.match(
      /^At first: 1 of 2 tests failed.* Failed then: flaky\. Repeated: 1 of 1 tests? passed/,
    );
    expect(others).to.deep.equal([]);
    expect([...logs.keys()]).to.include.members(['first-test.log', 'test.log']);
  });

  itInRehearsal('do not pass on the second try where the rules block that', async () => {
    const { result, results } = await finish('flaky', `${TWICE}repairRounds: 0\ngates: {tests/flaky: block}\n`);
    expect(result).to.include({ kind: 'tests-failed' });
    expect(result)
      .to.have.property('detail')
      .that.matches(/^At first: 1 of 2 tests failed/);
    expect(results.gates.tests).to.include({ verdict: 'failed' });
  });

  itInRehearsal('are run once where the rules say nothing', async () => {
    const { result, calls } = await finish('flaky', 'repairRounds: 0\n');
    expect([result.stage === 'ended' && result.kind, calls]).to.deep.equal(['tests-failed', 1]);
  });

  itInRehearsal('end with both results where they fail twice', async () => {
    const { result, calls } = await finish('adds', `${TWICE}repairRounds: 0\n`);
    expect(calls).to.equal(2);
    expect(result)
      .to.have.property('detail')
      .that.matches(/^1 of 2 tests failed.* It was run twice; at first: 1 of 2 tests failed/);
  });

  itInRehearsal('are no red tests where the machine ended them: nobody is asked to repair that', async () => {
    const { result, calls } = await finish('killed', '');
    expect(result).to.include({ kind: 'resources-exhausted' });
    expect(result)
      .to.have.property('detail')
      .that.matches(/a signal \(killed\).*when memory runs out/);
    expect(result).to.have.nested.property('failure.actsNext', 'operator');
    expect(calls).to.equal(1);
    await scene.close();
    const limited = await finish('adds\nkilled', 'repairRounds: 0\n');
    expect(limited.result, 'with a report of failed tests').to.include({ kind: 'tests-failed' });
  });
});
