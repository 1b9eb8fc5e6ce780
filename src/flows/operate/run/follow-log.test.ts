import { expect } from 'chai';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import { WorkerError } from '../../../core/errors.ts';
import { followLog } from './follow-log.ts';

const failure = (what: string, isPassing = true) =>
  new WorkerError({ code: 'AWS_REQUEST_FAILED', what, remedy: 'Wait.', isPassing });
const THROTTLED = failure('ThrottlingException');

/** A log that gives one answer after the other, and is over with the last. */
function logOf(answers: ReadonlyArray<readonly string[] | Error>) {
  const left = [...answers];
  return {
    left,
    isOver: async () => left.length === 1,
    async next() {
      const answer = left.shift();
      if (answer === undefined) throw new Error('Nobody asks after the end.');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    close: () => undefined,
  };
}

describe('following a log', () => {
  const follow = async (answers: ReadonlyArray<readonly string[] | Error>, isFollowing = true) => {
    const clock = createVirtualClock();
    const source = logOf(answers);
    const lines: string[] = [];
    const lost: string[] = [];
    const error: unknown = await followLog({
      ...{ source, isFollowing, clock },
      onLine: (line) => void lines.push(line),
      onLost: ({ what }) => void lost.push(what),
    }).catch((thrown: unknown) => thrown);
    return { error, lines, lost, left: source.left.length, waitedMs: clock.monotonicMs() };
  };

  it('goes on after refusals for load, says so once, and waits longer each time', async () => {
    const quiet = await follow([['one'], [], [], [], ['two']]);
    const refused = await follow([['one'], THROTTLED, THROTTLED, THROTTLED, ['two']]);
    expect(refused).to.deep.include({ error: undefined, lines: ['one', 'two'], lost: ['ThrottlingException'] });
    expect(refused.waitedMs).to.be.greaterThan(quiet.waitedMs);
  });

  it('gives up at the eleventh failure in a row, and counts anew after an answer', async () => {
    const ten = new Array<Error>(10).fill(THROTTLED);
    expect(await follow([...ten, ['one'], ...ten, ['two']])).to.deep.include({
      error: undefined,
      lines: ['one', 'two'],
    });
    expect(await follow([...ten, THROTTLED, ['one'], []])).to.deep.include({ error: THROTTLED, left: 2 });
  });

  it('ends at a refusal that does not pass, and at any where nobody follows', async () => {
    const denied = failure('AccessDenied', false);
    expect(await follow([denied, ['one'], []])).to.deep.include({ error: denied, lost: [], left: 2 });
    expect(await follow([THROTTLED, ['one'], []], false)).to.deep.include({ error: THROTTLED, lost: [], left: 2 });
  });
});
