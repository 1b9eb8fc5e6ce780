import { openFunctionScene } from '../../support/scenes/function.ts';
import { makeClone } from '../stacks/clone.ts';
import { describeDeployment } from './deployment.ts';
import type { LifeCycle } from './life-cycle.ts';
import { openOperator } from './operator.ts';
import { describeOtherCommands } from './other-commands.ts';
import { expectNothingBeyond, expectNothingIdle } from './recorded-rights.ts';
import { describeRuns } from './runs.ts';
import { describeSelfTestBuild } from './self-test-build.ts';
import { describeSetUp } from './set-up.ts';
import { describeUndoing } from './undoing.ts';

describe('the life cycle of an environment', function () {
  this.timeout(300_000);
  // Each step goes on where the one before has ended.
  this.bail(true);
  let cycle: LifeCycle;
  before(async () => {
    const [operator, clone, scene] = await Promise.all([openOperator(), makeClone(), openFunctionScene()]);
    cycle = { operator, clone, scene };
  });
  after(async () => {
    await cycle?.scene.close();
    await cycle?.operator.close();
    await cycle?.clone.remove();
  });

  describeDeployment(() => cycle);
  describeSetUp(() => cycle);
  describeSelfTestBuild(() => cycle);
  describeRuns(() => cycle);
  describeOtherCommands(() => cycle);
  describeUndoing(() => cycle);

  describe('the policies of people', () => {
    it('hold every call that their commands have made', () => expectNothingBeyond(cycle.operator.recorder));

    it('hold nothing else, but for what this life has no occasion for', () =>
      expectNothingIdle(cycle.operator.recorder));
  });
});
