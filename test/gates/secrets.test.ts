import { expect } from 'chai';
import { judgeSecretRow, SECRET_CHEATS, SECRET_HONEST } from './secrets.ts';

describe('secrets that a change adds', () => {
  for (const row of [...SECRET_CHEATS, ...SECRET_HONEST]) {
    it(`${row.expect.length > 0 ? 'finds' : 'passes over'}: ${row.name}`, () => {
      expect(judgeSecretRow(row)).to.deep.equal(row.expect);
    });
  }
});
