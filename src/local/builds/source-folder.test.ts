import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeSourceFolder, removeSourceFolder } from './source-folder.ts';

describe('the folder that a build works in', () => {
  let top: string;
  let build: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'kiro-source-'));
    chmodSync(top, 0o755);
    build = join(top, 'data', 'builds', '1');
    mkdirSync(build, { recursive: true });
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const packagesSeenFrom = (folder: string) => createRequire(join(folder, 'x.js'));

  it('lies in a project of nobody, so that a test finds no package that its own repository does not bring', async () => {
    writeFileSync(join(top, 'package.json'), '{}');
    mkdirSync(join(top, 'node_modules', 'borrowed'), { recursive: true });
    writeFileSync(join(top, 'node_modules', 'borrowed', 'index.js'), '');
    expect(packagesSeenFrom(build).resolve('borrowed')).to.include(top);
    const source = makeSourceFolder(build);
    expect(() => packagesSeenFrom(source).resolve('borrowed')).to.throw(/Cannot find module/);
    expect(realpathSync(join(build, 'src'))).to.equal(source);
    writeFileSync(join(source, 'work'), '');
    await removeSourceFolder(build);
    expect([source, join(build, 'src')].filter((path) => existsSync(path))).to.deep.equal([]);
  });

  for (const name of ['.mocharc.json', 'tsconfig.base.json', 'jest.config.cjs', '.npmrc', 'go.work', '.python-version'])
    it(`lies where no ${name} of somebody else is found upwards`, async () => {
      writeFileSync(join(top, name), '');
      const source = makeSourceFolder(build);
      expect(source.startsWith(`${realpathSync(top)}/`)).to.equal(false);
      await removeSourceFolder(build);
    });

  it('lies below the build itself where no project is around', async () => {
    const source = makeSourceFolder(build);
    expect(source).to.equal(join(build, 'src'));
    expect(lstatSync(source).isDirectory()).to.equal(true);
    await removeSourceFolder(build);
    expect(existsSync(source)).to.equal(false);
  });

  it('goes with all that a build left, also folders closed to their owner and deeper than a path may be long', async () => {
    const source = makeSourceFolder(build);
    const deeper = 'const d = "d".repeat(200); for (let n = 0; n < 30; n += 1) { fs.mkdirSync(d); process.chdir(d); }';
    execFileSync(process.execPath, ['-e', deeper], { cwd: source });
    mkdirSync(join(source, 'closed', 'inner'), { recursive: true });
    chmodSync(join(source, 'closed'), 0o000);
    await removeSourceFolder(build);
    expect(existsSync(source)).to.equal(false);
  });

  it('lies in no project either where the folder for temporary files does', async () => {
    const before = process.env.TMPDIR;
    writeFileSync(join(top, 'go.mod'), '');
    process.env.TMPDIR = top;
    try {
      const source = makeSourceFolder(build);
      expect(source.startsWith(`${realpathSync(top)}/`)).to.equal(false);
      await removeSourceFolder(build);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});
