import { expect } from 'chai';
import { spellingsOf } from './redact.ts';

describe('spellings of secrets', () => {
  it('stand in every text that the redactor would change, longest first', () => {
    const spellings = spellingsOf(['ksk_a1b2c3d4e5']);
    for (const text of ['ksk_a1b2c3d4e5', btoa('user:ksk_a1b2c3d4e5'), encodeURIComponent('ksk_a1b2c3d4e5')])
      expect(spellings.some((spelling) => text.includes(spelling))).to.equal(true);
    expect(spellings.map(({ length }) => length)).to.deep.equal(
      spellings.map(({ length }) => length).sort((a, b) => b - a),
    );
    expect(spellingsOf([])).to.deep.equal([]);
  });
});
