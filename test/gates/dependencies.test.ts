import { expect } from 'chai';
import fc from 'fast-check';
import { findDependencyChanges } from '../../src/core/gates/dependencies/gate.ts';
import { DEPENDENCY_CHEATS, DEPENDENCY_HONEST, judgeDependencyRow } from './dependencies.ts';

describe('what a change brings of packages', () => {
  for (const row of [...DEPENDENCY_CHEATS, ...DEPENDENCY_HONEST]) {
    it(`${row.language}: ${row.name}`, () => {
      expect(judgeDependencyRow(row)).to.deep.equal(row.expect);
    });
  }

  it('never throws, whatever a file holds', () => {
    const rows = [...DEPENDENCY_CHEATS, ...DEPENDENCY_HONEST].flatMap(({ before, after }) =>
      Object.entries({ ...before, ...after }).flatMap(([path, content]) =>
        content === null ? [] : [{ path, content }],
      ),
    );
    const odd = fc.constantFrom(
      '',
      '[]',
      'null',
      '{',
      '"',
      '\0',
      '{"packages":[1,null]}',
      '[[package]]\n',
      ')\n',
      '<a>',
      '- 1',
      '\ufeff',
      '__metadata: 1',
      'x',
    );
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.nat(400), odd, ({ path, content }, at, junk) => {
        const cut = content.slice(0, at % (content.length + 1));
        for (const text of [junk, `${cut}${junk}`, `${cut}${junk}${content.slice(cut.length + 3)}`]) {
          findDependencyChanges({ files: [{ path, before: content, after: text }], others: [], variables: [] });
          findDependencyChanges({
            files: [{ path, before: text, after: content }],
            others: [{ path, text }],
            variables: [],
          });
        }
      }),
      { numRuns: 400 },
    );
  });
});
