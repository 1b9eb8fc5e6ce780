import { expect } from 'chai';
import { isRefused, leavesRepository, problemOf } from './file-change.ts';

describe('leavesRepository', () => {
  const rows: ReadonlyArray<[path: string, target: string, expected: boolean]> = [
    ['link', 'file', false],
    ['link', './a//b/.', false],
    ['link', '.', false],
    ['link', '..', true],
    ['link', '../x', true],
    ['a/link', '..', false],
    ['a/link', '../x', false],
    ['a/link', '../../x', true],
    ['a/b/link', '../../x', false],
    ['a/b/link', './../.././x', false],
    ['link', '/etc/passwd', true],
    ['link', '', true],
    // What `a` is, nobody knows: it may be a link.
    ['link', 'a/../b', true],
    ['link', '.git/config', true],
    ['a/link', '../.GIT', true],
    ['link', '.git\u200c/config', true],
    ['link', 'git~1/hooks', true],
    ['link', '.github/x', false],
    ['link', '..x', false],
  ];
  for (const [path, target, expected] of rows) {
    it(`says ${expected} of ${path} -> ${JSON.stringify(target)}`, () => {
      expect(leavesRepository({ path, target })).to.equal(expected);
    });
  }
});

describe('a change', () => {
  it('that cannot be committed is refused with a reason, but for what was done in the folder of a submodule', () => {
    expect(problemOf({ path: 'a', kind: 'modified' })).to.equal(null);
    expect(isRefused({ path: 'a', kind: 'deleted' })).to.equal(false);
    expect(problemOf({ path: 'a', kind: 'special-file' })).to.equal('is not a regular file, folder or link');
    expect(isRefused({ path: 'a', kind: 'special-file' })).to.equal(true);
    expect(problemOf({ path: 'a', kind: 'submodule-kept' })).to.match(/^is a submodule/);
    expect(isRefused({ path: 'a', kind: 'submodule-kept' })).to.equal(false);
  });
});
