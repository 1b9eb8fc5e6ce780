import { expect } from 'chai';
import { SCRIPT_CHEATS } from './changed-lines.ts';
import { SCRIPT_HONEST } from './changed-lines-honest.ts';
import { OTHER_HONEST } from './changed-lines-honest-others.ts';
import { OTHER_CHEATS } from './changed-lines-others.ts';
import { judgeLines } from './judge-lines.ts';

describe('the gate about changed lines', () => {
  for (const { name, language, expect: rules, ...change } of [
    ...SCRIPT_CHEATS,
    ...OTHER_CHEATS,
    ...SCRIPT_HONEST,
    ...OTHER_HONEST,
  ])
    it(`${rules.length === 0 ? 'lets pass' : 'finds'} ${name} (${language})`, () => {
      const { findings, verdict, detail } = judgeLines(change);
      expect(
        findings.map(({ rule }) => rule),
        detail,
      ).to.deep.equal(rules);
      expect(verdict).to.equal(findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed');
    });
});
