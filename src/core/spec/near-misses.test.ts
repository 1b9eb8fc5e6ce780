import { expect } from 'chai';
import { evaluateSpec } from './spec.ts';

const NAMES = ['tasks.md', 'requirements.md', 'design.md'];

function problemsOf(tasks: string): Array<number | null> {
  const verdict = evaluateSpec({ folder: '.kiro/specs/x', names: NAMES, tasks, config: null });
  expect(verdict.valid).to.equal(verdict.problems.length === 0);
  return verdict.problems.map(({ line }) => line);
}

describe('a box that is nearly one', () => {
  for (const [what, tasks, lines] of [
    ['an empty box without a space', '- [x] 1. First\n- [] 2. Second\n- [] 3. Third\n', [2, 3]],
    ['two spaces in the box', '- [x] 1. First\n- [  ] 2. Second\n', [2]],
    ['an empty box without a number', '- [x] First\n* [] Second\n', [2]],
    ['an open box without a list item', '- [x] 1. First\n[ ] 2. Second\n', [2]],
    ['an unknown mark before a number', '- [ ] 1. First\n- [✗] 2. Second\n- [!] 3.1 Third\n', [2, 3]],
    ['an open box without any text', '- [ ] 1. First\n- [ ]   \n- [ ] 3. Third\n', [2]],
  ] as const) {
    it(`is a problem of the spec, not a task that is skipped without a word: ${what}`, () => {
      expect(problemsOf(tasks)).to.deep.equal(lines);
    });
  }

  for (const [what, tasks] of [
    ['a ticked one', '- [ x ] 1. First\n- [✓] 2. Second\n- [✔\uFE0F] 2. Second\n- [ ] 3. Third\n'],
    ['a mark in a mere list', '- [ ] 1. First\n  - [!] mind the tests\n'],
    ['a link', '- [ ] 1. First\n- [](https://example.com) 2. Second\n- [1] a footnote\n'],
    ['code and comments', '- [ ] 1. First\n\n```\n- [] 2. Second\n```\n<!-- - [] 3. Third -->\n'],
    ['an optional box without text', '- [ ] 1. First\n- [ ]*\n'],
    ['a ticked box without text', '- [ ] 1. First\n- [x]\n'],
    ['a box whose text stands below it', '- [ ] 1. First\n- [ ]\n  - Add a page\n'],
  ] as const) {
    it(`stays a warning at most where no task is lost: ${what}`, () => {
      expect(problemsOf(tasks)).to.deep.equal([]);
    });
  }
});
