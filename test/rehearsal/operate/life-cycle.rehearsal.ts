import { openFunctionScene } from '../../support/scenes/function.ts';
import { makeClone } from '../stacks/clone.ts';
import { describeCosts } from './costs.ts';
import { describeDeployment } from './deployment.ts';
import type { LifeCycle } from './life-cycle.ts';
import { openOperator } from './operator.ts';
import { describeRuns } from './runs.ts';
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
  describeRuns(() => cycle);
  describeCosts(() => cycle);
  describeUndoing(() => cycle);
});
