import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT })];
/** In backticks, below a folder of the repository; NAME and `<…>` stand for what a reader chooses. */
const PATH = /`((?:src|scripts|test|examples|events|templates)\/[^`\s]*)`/g;

describe('paths in the documents', () => {
  for (const document of DOCUMENTS) {
    it(`of ${document} exist`, () => {
      const text = readFileSync(path.join(ROOT, document), 'utf8');
      const named = [...text.matchAll(PATH)].map(([, named = '']) => named);
      const missing = named.filter((name) => !/NAME|<|\.\.\./.test(name) && globSync(name, { cwd: ROOT }).length === 0);
      expect(missing).to.deep.equal([]);
    });
  }

  it('are found at all', () => {
    const text = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');
    expect([...text.matchAll(PATH)].length).to.be.above(20);
  });
});
