import { expect } from 'chai';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { createReminder } from './say-still-working.ts';

describe('what is said of a stack that CloudFormation is at work on for long', () => {
  it('is one line for each minute that has gone by', async () => {
    const clock = createVirtualClock();
    const said: string[] = [];
    const remind = createReminder({ clock, onStep: (text) => said.push(text) });
    const stack = { name: 'Core', status: 'UPDATE_IN_PROGRESS' };
    for (let seconds = 0; seconds < 150; seconds += 3) {
      remind(stack);
      await clock.sleep(3_000);
    }
    expect(said).to.deep.equal([
      'Core: UPDATE_IN_PROGRESS, for 1 min so far',
      'Core: UPDATE_IN_PROGRESS, for 2 min so far',
    ]);
  });
});
