import { expect } from 'chai';
import { emptyBaseline } from './baseline-record.ts';
import { decideRound, type RepairRound, withoutRound, withoutRounds, withRound } from './repair-rounds.ts';

/** Rounds that were begun at `tree/failures`, and the head as it is now. */
const decide = (begun: readonly string[], now: string, most = 5) => {
  const read = (text: string) => {
    const [tree = '', failures = ''] = text.split('/');
    return { tree, failures };
  };
  return decideRound(
    begun.map((text, atMs) => ({ ...read(text), atMs })),
    { head: read(now), most },
  );
};

describe('repair rounds', () => {
  const rows: ReadonlyArray<
    [what: string, decision: ReturnType<typeof decide>, begun: string[], now: string, most?: number]
  > = [
    ['the first one', 'begin', [], 't0/a'],
    ['none at all', 'used-up', [], 't0/a', 0],
    ['one after a round that changed nothing', 'begin', ['t0/a'], 't0/a'],
    ['two that changed nothing', 'no-progress', ['t0/a', 't0/a'], 't0/a'],
    ['two that left the same failures', 'no-progress', ['t0/a', 't1/a'], 't2/a'],
    ['two of which one got somewhere', 'begin', ['t0/a', 't1/a'], 't2/b'],
    ['progress, and then a standstill', 'begin', ['t0/a', 't1/b'], 't2/b'],
    ['one that brought back what was tried', 'begin', ['t0/a', 't1/b'], 't0/a'],
    ['two that went to and fro', 'no-progress', ['t0/a', 't1/b', 't0/a'], 't1/b'],
    ['all, each with another failure', 'used-up', ['t0/a', 't1/b'], 't2/c', 2],
    ['more than rules give now', 'used-up', ['t0/a', 't1/b', 't2/c'], 't3/d', 1],
  ];
  for (const [what, decision, begun, now, most] of rows)
    it(`of a work item are decided as ${decision} after ${what}`, () => {
      expect(decide(begun, now, most)).to.equal(decision);
    });

  it('are noted, given back one by one, and forgotten', () => {
    const round = (atMs: number): RepairRound => ({ tree: 't', failures: 'f', atMs });
    const none = emptyBaseline('k');
    const two = withRound(withRound(none, round(1)), round(2));
    expect([two.version, two.rounds.map(({ atMs }) => atMs)]).to.deep.equal([2, [1, 2]]);
    expect(withoutRound(two, round(1)).rounds).to.deep.equal([round(2)]);
    expect(withoutRound(two, round(3))).to.equal(two);
    expect(withoutRounds(two)).to.deep.include({ version: 3, rounds: [] });
    expect(withoutRounds(none), 'nothing to write').to.equal(none);
  });
});
