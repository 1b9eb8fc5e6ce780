import { expect } from 'chai';
import {
  type BaselineVerdict,
  baselineCommit,
  emptyBaseline,
  findVerdict,
  readBaseline,
  withOwnCommit,
  withVerdict,
} from './baseline-record.ts';

const verdictOn = (commit: string, basis = 'b'): BaselineVerdict => ({
  ...{ commit, basis, kind: 'passed', detail: 'All passed.', remedy: '', failures: [], counts: null },
  ...{ lineTotals: [], failure: null, atMs: 1 },
});

describe('the record of a base line', () => {
  it('knows the newest commit that no run made, through any number of ours', () => {
    const own = [
      { commit: 'b', parent: 'a' },
      { commit: 'c', parent: 'b' },
      { commit: 'e', parent: 'd' },
    ];
    const record = own.reduce(withOwnCommit, emptyBaseline('k'));
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((head) => baselineCommit(record, head))).to.deep.equal([
      'a',
      'a',
      'a',
      'd',
      'd',
      'f',
    ]);
    expect(baselineCommit(null, 'c')).to.equal('c');
  });

  it('ends where commits name each other as parents', () => {
    const circle = [
      { commit: 'a', parent: 'b' },
      { commit: 'b', parent: 'a' },
    ];
    expect(baselineCommit(circle.reduce(withOwnCommit, emptyBaseline('k')), 'a')).to.equal('a');
  });

  it('keeps one verdict of each commit and basis, and few of them', () => {
    const twice = withVerdict(withVerdict(emptyBaseline('k'), verdictOn('a')), { ...verdictOn('a'), kind: 'failed' });
    expect(twice.verdicts.map(({ kind }) => kind)).to.deep.equal(['failed']);
    expect(findVerdict(twice, { commit: 'a', basis: 'other' })).to.equal(null);
    expect(findVerdict(null, { commit: 'a', basis: 'b' })).to.equal(null);
    const many = Array.from({ length: 9 }, (_, at) => verdictOn(`c${at}`)).reduce(withVerdict, twice);
    expect(many.verdicts).to.have.length(5);
    expect(findVerdict(many, { commit: 'c8', basis: 'b' })).to.deep.equal(verdictOn('c8'));
    expect(findVerdict(many, { commit: 'a', basis: 'b' })).to.equal(null);
  });

  it('is read from its text; of anything else nothing is known', () => {
    const record = withVerdict(withOwnCommit(emptyBaseline('k'), { commit: 'b', parent: 'a' }), verdictOn('a'));
    expect(readBaseline('k', JSON.stringify(record))).to.deep.equal(record);
    for (const text of ['', '{}', JSON.stringify({ ...record, own: ['b'] })])
      expect(readBaseline('k', text)).to.deep.equal(emptyBaseline('k'));
    expect(readBaseline('other', JSON.stringify(record))).to.deep.equal(emptyBaseline('other'));
  });
});
