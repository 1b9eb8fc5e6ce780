import { expect } from 'chai';
import { noticesOfAbsentContent } from './absent-content.ts';

describe('noticesOfAbsentContent', () => {
  it('says how much there is not, and where, whatever the names are', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((ending) => `x.${ending}`);
    const found = noticesOfAbsentContent([
      { kind: 'lfs-pointer', paths: ['a/b.xz', 'c.xz', 'LICENSE', '.env', 'a.b/c'], because: 'So.' },
      { kind: 'encrypted', paths: many, because: 'So.' },
      { kind: 'submodule', paths: ['lib\n\x1b[31m'], because: 'It is elsewhere.' },
    ]);
    expect(found.map(({ rule, message }) => [rule, message])).to.deep.equal([
      ['checkout/content-elsewhere', 'Not fetched from Git LFS: 5 files (*.xz: 2, LICENSE, .env, a.b/c). So.'],
      ['checkout/content-elsewhere', 'Encrypted by a git filter: 6 files (*.a, *.b, *.c, *.d, *.e and 1 more). So.'],
      ['checkout/submodules-absent', 'Not checked out: 1 submodule (lib). It is elsewhere.'],
    ]);
  });
});
