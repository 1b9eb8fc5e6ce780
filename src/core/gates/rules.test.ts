import { expect } from 'chai';
import { createFinding } from './finding.ts';
import { RULES } from './rules.ts';

describe('rules', () => {
  for (const [id, { meaning, remedy }] of Object.entries(RULES)) {
    it(`${id} says what it means and what to do`, () => {
      expect(id).to.match(/^[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*$/);
      for (const sentence of [meaning, remedy]) expect(sentence).to.match(/^[A-Z].{15,}\.$/);
    });
  }

  it('give their findings severity and remedy', () => {
    expect(createFinding('spec/warning', { path: 'tasks.md', line: 3, message: 'Odd.' })).to.deep.equal({
      rule: 'spec/warning',
      severity: 'warning',
      path: 'tasks.md',
      line: 3,
      message: 'Odd.',
      remedy: RULES['spec/warning'].remedy,
    });
  });
});
