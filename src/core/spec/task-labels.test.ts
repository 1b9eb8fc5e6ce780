import { expect } from 'chai';
import { parseTasks } from './tasks.ts';

function labels(...lines: string[]): Array<[id: string | null, title: string]> {
  return parseTasks(lines.join('\n')).tasks.map(({ id, title }) => [id, title]);
}

describe('numbers and titles of tasks', () => {
  const CASES: ReadonlyArray<readonly [line: string, id: string | null, title: string]> = [
    ['- [ ] 1. Build', '1', 'Build'],
    ['- [ ] 1.1 Build', '1.1', 'Build'],
    ['- [ ] 1.1. Build', '1.1', 'Build'],
    ['- [ ]* 2.10 Build', '2.10', 'Build'],
    ['- [ ]\\* 2.10 Build', '2.10', 'Build'],
    ['- [ ] 27a.1 Build', '27a.1', 'Build'],
    ['- [ ] 1.4a.5 Build', '1.4a.5', 'Build'],
    ['- [ ] 3a. Build', '3a', 'Build'],
    ['- [ ] 4) Build', '4', 'Build'],
    ['- [ ] 4: Build', '4', 'Build'],
    ['- [ ] 5. (P) Build', '5', 'Build'],
    ['- [ ] 5.1 (P) Build (P)', '5.1', 'Build (P)'],
    ['- [ ] **6.1 Build**', '6.1', 'Build'],
    ['- [ ] **6.** Build', '6', 'Build'],
    ['- [ ] 6. **Build**', '6', 'Build'],
    ['- [ ] **6. Build** it', '6', 'Build it'],
    ['- [ ] 6. **Build** and **run**', '6', '**Build** and **run**'],
    ['- [ ] 7.构建', '7', '构建'],
    ['- [ ] 7、构建', '7', '构建'],
    ['- [ ] 7. 構築する', '7', '構築する'],
    ['- [ ] \u200f8. לבנות', '8', 'לבנות'],
    ['- [ ] 9. Сборка', '9', 'Сборка'],
    ['- [ ] 10. Build <!-- soon -->', '10', 'Build'],
    ['- [ ] <!-- a --> 10. Build `<!--`', '10', 'Build `<!--`'],
    ['- [ ] 11.', '11', ''],
    ['- [ ]', null, ''],
    ['- [ ] Build', null, 'Build'],
    ['- [ ] **Build**', null, 'Build'],
    ['- [ ] 3D view', null, '3D view'],
    ['- [ ] 2.0-beta of it', null, '2.0-beta of it'],
    ['- [ ] 404 page', null, '404 page'],
    ['- [ ] 2026 report', null, '2026 report'],
    ['- [ ] 12:30 call', null, '12:30 call'],
    ['- [ ] [Build](url)', null, '[Build](url)'],
    ['3. [ ] Build', '3', 'Build'],
    ['3. [ ] 4.1 Build', '4.1', 'Build'],
    ['- [ ]   12.   Build  \t', '12', 'Build'],
  ];
  for (const [line, id, title] of CASES) {
    it(`reads ${JSON.stringify(line)}`, () => expect(labels(line)).to.deep.equal([[id, title]]));
  }

  it('takes a bare figure for a number only beside its neighbours or sub-tasks', () => {
    expect(labels('- [ ] 1 Plan', '- [ ] 2 Build', '- [ ] 5 retries')).to.deep.equal([
      ['1', 'Plan'],
      ['2', 'Build'],
      [null, '5 retries'],
    ]);
    expect(labels('- [ ] 7 Plan', '  - [ ] 7.1 Build')[0]).to.deep.equal(['7', 'Plan']);
  });
});
