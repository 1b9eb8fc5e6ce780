import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isInWorkspace } from './workspace-paths.ts';

describe('a place that an agent names', () => {
  let root: string;
  let workspace: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'workspace-paths-'));
    const real = join(root, 'real');
    mkdirSync(join(real, 'src'), { recursive: true });
    writeFileSync(join(real, 'a.js'), '');
    // The workspace itself is named by a link.
    workspace = join(root, 'workspace');
    symlinkSync(real, workspace);
    symlinkSync('/etc', join(real, 'outside'));
    symlinkSync('src', join(real, 'inside'));
    symlinkSync('/nowhere/at/all', join(real, 'dangling'));
    symlinkSync('circle', join(real, 'circle'));
    mkdirSync(join(root, 'workspace-2'));
  });
  after(() => rmSync(root, { recursive: true }));

  const rows: Array<[place: string, isInside: boolean]> = [
    ['WORKSPACE', true],
    ['WORKSPACE/a.js', true],
    ['a.js', true],
    ['src/new/folder/b.js', true],
    ['WORKSPACE/inside/new.js', true],
    ['WORKSPACE/outside/hosts', false],
    ['outside', false],
    ['WORKSPACE/outside/new/file', false],
    ['WORKSPACE/dangling', false],
    ['WORKSPACE/dangling/x', false],
    ['WORKSPACE/circle', false],
    ['WORKSPACE/a.js/below', false],
    ['WORKSPACE/src/../../real/a.js', false],
    ['../real/a.js', false],
    ['WORKSPACE-2/a.js', false],
    ['/etc/hosts', false],
    ['/', false],
    ['', false],
    ['WORKSPACE/a\0b', false],
  ];
  for (const [place, isInside] of rows) {
    it(`${JSON.stringify(place)} lies ${isInside ? 'inside' : 'outside'}`, () => {
      expect(isInWorkspace(workspace, place.replace('WORKSPACE', workspace))).to.equal(isInside);
    });
  }
});
