import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type KeptBundle, keepBundle, readKeptBundle } from './kept-bundle.ts';

const INPUTS = ['src/main.ts', 'node_modules/one/lib/index.js'];
const CODE = new Uint8Array([1, 10, 2]);

describe('a kept bundle', () => {
  let root: string;
  let kept: KeptBundle;
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  };
  const keep = (startedAtMs = Date.now() + 60_000) => keepBundle(kept, { code: CODE, inputs: INPUTS, startedAtMs });

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kept-bundle-'));
    kept = { file: path.join(root, 'cache/bundle'), root, options: '{}' };
    for (const name of INPUTS) await write(name, name);
    await write('node_modules/one/package.json', '{}');
    await mkdir(path.join(root, 'cache'));
    keep();
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is what was kept, whenever its inputs were touched', async () => {
    await utimes(path.join(root, 'src/main.ts'), 1, 1);
    expect(readKeptBundle(kept)).to.deep.equal(CODE);
  });

  it('is none as long as none was kept', () => {
    expect(readKeptBundle({ ...kept, file: path.join(root, 'cache/other') })).to.equal(null);
    expect(readKeptBundle({ ...kept, file: path.join(root, 'none/other') })).to.equal(null);
  });

  const changes: [string, () => Promise<unknown>][] = [
    ['an input of ours', () => write('src/main.ts', 'src/Main.ts')],
    ['an input of a package', () => write('node_modules/one/lib/index.js', 'other')],
    ['an input that is gone', () => rm(path.join(root, 'src/main.ts'))],
    ['a package.json, which says what is taken', () => write('node_modules/one/package.json', '{"main":"x"}')],
    ['a new file beside an input', () => write('node_modules/one/lib/index.ts', '')],
    ['a package within a package', () => write('node_modules/one/node_modules/two/index.js', '')],
    ['a new package', () => write('node_modules/two/index.js', '')],
    ['a tsconfig.json', () => write('tsconfig.json', '{}')],
  ];
  for (const [name, change] of changes)
    it(`is not taken after a change of ${name}`, async () => {
      await change();
      expect(readKeptBundle(kept)).to.equal(null);
    });

  it('is not taken for other options', () => {
    expect(readKeptBundle({ ...kept, options: '{"minify":true}' })).to.equal(null);
  });

  it('is not taken when it is damaged', async () => {
    for (const text of ['', 'x\n', '{}\n', '{"fingerprint":"","inputs":[],"sha256":""}\n\u0001']) {
      await writeFile(kept.file, text);
      expect(readKeptBundle(kept), text).to.equal(null);
    }
  });

  it('is not kept when an input may have changed while it was made', async () => {
    await rm(kept.file);
    keep(Date.now() - 60_000);
    expect(readKeptBundle(kept)).to.equal(null);
  });
});
