import { expect } from 'chai';
import { rulesBranch } from './rules-branch.ts';

const from = (base: string, trusted: string[]) => rulesBranch({ base, defaultBranch: 'main' }, trusted);

describe('rulesBranch', () => {
  it('is the default branch, whatever the pull request merges into', () => {
    for (const base of ['main', 'weak', 'release/1', 'Main', '**']) expect(from(base, [])).to.equal('main');
  });

  it('is a base that the configuration trusts, and no other one', () => {
    const trusted = ['develop', 'release/*'];
    for (const base of ['develop', 'release/1']) expect(from(base, trusted)).to.equal(base);
    for (const base of ['Develop', 'develop2', 'x/develop', 'release/1/x', 'release', '!develop'])
      expect(from(base, trusted)).to.equal('main');
  });

  it('takes no pattern for its opposite', () => {
    expect(from('weak', ['!main'])).to.equal('main');
  });
});
