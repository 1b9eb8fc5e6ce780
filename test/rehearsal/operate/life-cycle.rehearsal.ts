import { expect } from 'chai';
import { COMMANDS_OF } from '../../../src/stacks/access/rows.ts';
import { openFunctionScene } from '../../support/scenes/function.ts';
import { makeClone } from '../stacks/clone.ts';
import { describeCosts } from './costs.ts';
import { describeDeployment } from './deployment.ts';
import type { LifeCycle } from './life-cycle.ts';
import { openOperator } from './operator.ts';
import { describeOtherCommands } from './other-commands.ts';
import { expectNothingBeyond, expectNothingIdle } from './rights/recorded-rights.ts';
import { describeRuns } from './runs.ts';
import { describeSelfTestBuild } from './self-test/self-test-build.ts';
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
  describeCosts(() => cycle);
  describeUndoing(() => cycle);

  describe('as a whole', () => {
    it('was lived by every command of an operator, each of which did what it was asked for', () => {
      const { typed } = cycle.operator;
      for (const [command, codes] of typed) {
        const ends = [...new Set(codes)].sort().join(', ');
        process.stdout.write(`    ${command.padEnd(14)} typed ${codes.length} times, ended with ${ends}\n`);
      }
      const all = [...Object.values(COMMANDS_OF).flat(), 'permissions', 'resume', 'cancel', 'unlock', 'release use'];
      const done = all.filter((name) => typed.get(name === 'board' ? 'board init' : name)?.includes(0));
      // The emulator did not get every alarm, which `verify` says; what `doctor` has to say about the machine is another matter.
      expect(['verify', 'doctor']).to.include.members(all.filter((name) => !done.includes(name)));
      expect([...typed.keys()]).to.include.members(['verify', 'doctor']);
    });
  });

  describe('the policies of people', () => {
    it('hold every call that their commands have made', () => expectNothingBeyond(cycle.operator.recorder));

    it('hold nothing else, but for what this life has no occasion for', () =>
      expectNothingIdle(cycle.operator.recorder));
  });
});
