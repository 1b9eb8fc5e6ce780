import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parseRepositoryFile } from '../../src/core/repository/repository-file.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/repositories.md'), 'utf8');
const blocks = [...text.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ''));

describe('docs/repositories.md', () => {
  it('shows lines for the repository file that can be read', () => {
    expect(blocks.length).to.be.greaterThan(6);
    for (const block of blocks)
      expect(parseRepositoryFile(block, 'docs/repositories.md').test, block).to.be.an('array');
  });
});
