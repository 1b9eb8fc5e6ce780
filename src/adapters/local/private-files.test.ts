import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makePrivateFile, makePrivateFolder } from './private-files.ts';

describe('private folders and files', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kiro-private-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are made with all that is missing above them, for their owner alone, and stay when they are there', () => {
    for (let n = 0; n < 2; n += 1) makePrivateFile(join(root, 'a/b/locks.sqlite'));
    for (const folder of ['a', 'a/b']) expect(statSync(join(root, folder)).mode & 0o777).to.equal(0o700);
    expect(statSync(join(root, 'a/b/locks.sqlite')).mode & 0o777).to.equal(0o600);
  });

  it('are refused at once where there can be none', () => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'gone'), join(root, 'link'));
    expect(() => makePrivateFolder(join(root, 'file'))).to.throw('EEXIST');
    expect(() => makePrivateFolder(join(root, 'file/below'))).to.throw('EEXIST');
    expect(() => makePrivateFolder(join(root, 'link/below'))).to.throw('EEXIST');
    expect(() => makePrivateFolder('/proc/kiro/below')).to.throw(/ENOENT|EROFS|EACCES/);
  });
});
