import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../operate/operator.ts';
import { makeCaptures } from './captures.ts';

const FOLDER = path.join(ROOT, 'docs/captures');

describe('the captures of the documents', function () {
  this.timeout(600_000);
  let captures: ReadonlyMap<string, string>;
  before(async () => {
    captures = await makeCaptures((text) => process.stdout.write(`    ${text}\n`));
  });

  it('are what a new user sees (npm run captures makes them anew)', async () => {
    expect((await readdir(FOLDER)).sort()).to.deep.equal([...captures.keys()].sort());
    for (const [name, text] of captures) expect(text, name).to.equal(await readFile(path.join(FOLDER, name), 'utf8'));
  });

  it('are no wider than their terminal, steer none, and name the next command', () => {
    for (const [name, text] of captures) {
      const columns = Number(/-(\d+)\./.exec(name)?.[1]);
      const lines = text.split('\n').filter((line) => !line.startsWith('$ '));
      expect(
        lines.filter((line) => line.length > columns),
        name,
      ).to.deep.equal([]);
      expect(text, name).to.match(/^Next: \S/m);
      expect(/(?!\n)\p{Cc}/u.test(text), name).to.equal(false);
    }
  });
});
