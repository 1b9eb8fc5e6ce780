import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { telling } from '../../../test/left-to-rehearsal.ts';
import { BRANCH, createGitScene, type GitScene, TASKS } from '../../../test/support/scenes/git.ts';

const KEY = 'ksk_Yv3xQ7wPz9Lm2Rt8';
const MIB = 1024 * 1024;

/** What is looked through is the commit itself, so that no way of reading the workspace can hide anything. */
describe('the git adapter and secrets in commits', () => {
  let scene: GitScene;
  before(async () => {
    scene = await createGitScene({
      secrets: [KEY],
      files: { '.gitattributes': '*.u16 text working-tree-encoding=UTF-16LE\n' },
    });
    await scene.checkout();
  });
  after(() => scene.close());

  const at = (...names: string[]) => path.join(scene.workspace, ...names);
  const NOT_UTF8 = Buffer.from('k\xe9y.txt', 'latin1');
  const below = (folder: string, name: Buffer) => Buffer.concat([Buffer.from(`${folder}/`), name]);
  const base64 = Buffer.from(`KIRO_API_KEY=${KEY}\nPATH=/usr/bin:/bin\n`).toString('base64');

  const ways: Record<string, [place: string, make: () => Promise<void>]> = {
    'as it is': ['k.txt', () => scene.write('k.txt', `x ${KEY} y`)],
    'as the target of a link': ['link', () => symlink(KEY, at('link'))],
    'in a file whose name is no UTF-8': ['k\ufffdy.txt', () => writeFile(below(at(), NOT_UTF8), KEY)],
    'in the name of a file': [`${KEY}.txt`, () => scene.write(`${KEY}.txt`, 'x')],
    'in the name of a folder': [`a/${KEY}/b`, () => scene.write(`a/${KEY}/b`, 'x')],
    'in a name that is no UTF-8': [
      `${KEY}k\ufffdy.txt`,
      () => writeFile(below(at(), Buffer.concat([Buffer.from(KEY), NOT_UTF8])), 'x'),
    ],
    'as UTF-16': ['k.txt', () => scene.write('k.txt', Buffer.from(`\ufeff${KEY}\r\n`, 'utf16le'))],
    'as UTF-16 the other way round': ['k.txt', () => scene.write('k.txt', Buffer.from(KEY, 'utf16le').swap16())],
    'in an encoding that git stores as UTF-8': ['k.u16', () => scene.write('k.u16', Buffer.from(KEY, 'utf16le'))],
    'in base64 of 76 columns': ['k.txt', () => scene.write('k.txt', base64.replace(/.{13}/g, '$&\n'))],
    'over two lines': ['k.txt', () => scene.write('k.txt', `${KEY.slice(0, 8)}\r\n  ${KEY.slice(8)}`)],
    'at the end of a large file': [
      'big',
      () => scene.write('big', Buffer.concat([Buffer.alloc(8 * MIB), Buffer.from(KEY)])),
    ],
    'across the parts in which a file is read': [
      'big',
      () => {
        const bytes = Buffer.alloc(2 * MIB, 'a');
        // Git's pipe gives parts of some power of two; the key lies across each of them.
        for (let end = 32 * 1024; end < bytes.length; end += 32 * 1024) bytes.write(KEY, end - 7);
        return scene.write('big', bytes);
      },
    ],
  };
  for (const [way, [place, make]] of telling(2, Object.entries(ways))) {
    it(`holds one back ${way}, and moves nothing`, async () => {
      const before = await scene.repository.commits();
      await make();
      expect(await scene.commit()).to.deep.equal({ kind: 'holds-secrets', places: [place] });
      expect(await scene.repository.commits()).to.deep.equal(before);
      await scene.repository.discard();
      expect(await scene.kinds()).to.deep.equal({});
    });
  }

  it('holds one back in the message, and in what the worker itself puts in', async () => {
    const contents = new Map([[TASKS, Buffer.from(`- [x] ${KEY}\n`)]]);
    const request = { message: `Use ${KEY}\n`, trailers: [], contents };
    expect(await scene.repository.commitContents(request)).to.deep.equal({
      kind: 'holds-secrets',
      places: ['The commit message', TASKS],
    });
  });

  it('lets all else pass, and nothing of what it held back', async () => {
    await scene.write('clean.txt', `ksk_another ${KEY.slice(1)}`);
    expect(await scene.commit()).to.have.property('kind', 'committed');
    expect(await scene.repository.push(BRANCH)).to.deep.equal({ kind: 'pushed' });
    const objects = await scene.onServer('cat-file', '--batch-all-objects', '--batch');
    expect(objects).to.include('ksk_another').and.not.include(KEY);
  });
});
