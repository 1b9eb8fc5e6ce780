import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { removeTree } from './remove-tree.ts';

describe('removeTree', () => {
  let top: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'remove-'));
  });
  afterEach(() => rm(top, { recursive: true }));

  it('removes an empty folder, also under a name that is not UTF-8, and no link to one', async () => {
    const odd = Buffer.concat([Buffer.from(`${top}/`), Buffer.from([0x6b, 0xe9])]);
    mkdirSync(odd);
    await removeTree(odd);
    mkdirSync(join(top, 'kept'));
    symlinkSync(join(top, 'kept'), join(top, 'link'));
    await removeTree(join(top, 'link'));
    expect(readdirSync(top)).to.deep.equal(['kept']);
    await removeTree(join(top, 'kept'));
    expect(readdirSync(top)).to.deep.equal([]);
  });

  for (const isLarge of [false, true])
    it(`removes a ${isLarge ? 'large ' : ''}tree whole, and nothing behind its links`, async () => {
      const kept = join(top, 'kept/a/b/c');
      mkdirSync(kept, { recursive: true });
      writeFileSync(join(kept, 'd'), 'kept');
      const tree = join(top, '-rf a\nb');
      for (const folder of ['w/src/-x', 'w/it\'s "odd"/*', 'w/closed/in', 'flat']) {
        mkdirSync(join(tree, folder), { recursive: true });
        for (let n = 0; n < 20; n += 1) writeFileSync(join(tree, folder, `-${n}\n`), 'x');
      }
      for (const link of ['link', 'w/link', 'w/src/link', 'w/src/-x/link'])
        symlinkSync(join(top, 'kept'), join(tree, link));
      chmodSync(join(tree, 'w/closed'), 0);
      await removeTree(tree, { isLarge });
      expect(existsSync(tree)).to.equal(false);
      expect(readdirSync(top)).to.deep.equal(['kept']);
      expect(readFileSync(join(kept, 'd'), 'utf8')).to.equal('kept');
    });
});
