import { expect } from 'chai';
import { formatClaim, hasLapsed, parseClaim } from './deployment-claim.ts';

const CLAIM = {
  ...{ token: 't', by: 'ana@host', after: null },
  since: '2026-11-27T14:00:00.000Z',
  until: '2026-11-27T14:15:00.000Z',
};

describe('a claim on an environment', () => {
  it('is read as it was written, and says nothing otherwise', () => {
    expect(parseClaim(formatClaim(CLAIM))).to.deep.equal(CLAIM);
    for (const text of ['', 'none', '{}', '[]', JSON.stringify({ ...CLAIM, until: 'tomorrow' })])
      expect(parseClaim(text), text).to.equal(null);
  });

  it('lapses after its last moment', () => {
    const last = Date.parse(CLAIM.until);
    expect([hasLapsed(CLAIM, last), hasLapsed(CLAIM, last + 1)]).to.deep.equal([false, true]);
  });
});
