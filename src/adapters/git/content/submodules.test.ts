import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import {
  BRANCH,
  commitLines,
  createGitScene,
  followUntrustedCode,
  type GitScene,
  type RawLine,
} from '../../../../test/support/scenes/git.ts';
import { runGit } from '../../../fakes/github/git/command.ts';

const FIRST = '1'.repeat(40);

/** One section of a `.gitmodules` file. */
function section(name: string, settings: Record<string, string>): string {
  const lines = Object.entries({ path: name, ...settings }).map(([key, value]) => `\t${key} = ${value}\n`);
  return `[submodule "${name}"]\n${lines.join('')}`;
}

const link = (name: string, id: string): RawLine => ({ mode: '160000', path: Buffer.from(name), content: id });
const text = (name: string, content: string): RawLine => ({ mode: '100644', path: Buffer.from(name), content });

describe('submodules', () => {
  let scene: GitScene;
  let lib = '';
  afterEach(() => scene.close());

  const inWorkspace = (file: string) => readFile(path.join(scene.workspace, file), 'utf8');
  const headOf = async (directory: string) => (await runGit(directory, ['rev-parse', 'main'])).trim();

  /** A repository with this `.gitmodules` on its default branch, and `octo/lib` beside it. */
  async function given(gitmodules: string, options: Parameters<typeof createGitScene>[0] = {}): Promise<void> {
    scene = await createGitScene({ ...options, files: { '.gitmodules': gitmodules, '.gitignore': '*.tmp\n' } });
    lib = await repositoryAt('lib', { 'lib.js': 'lib\n', 'sub/deep.js': 'deep\n' });
  }

  /** Makes a repository of the same owner (or of another); returns its head. */
  async function repositoryAt(name: string, files: Record<string, string>, owner = 'octo'): Promise<string> {
    return headOf((await scene.github.createRepository({ owner, name, files })).directory);
  }

  /** Reason why a submodule is not there, by its path; also checks that its folder is empty. */
  async function absent(): Promise<Record<string, string>> {
    const found = scene.repository.absentContent().filter(({ kind }) => kind === 'submodule');
    return Object.fromEntries(found.flatMap(({ paths, because }) => paths.map((one) => [one, because])));
  }

  const withLinks = (...lines: RawLine[]) => commitLines(scene.hosted.directory, BRANCH, lines);

  it('are in place with all of their files and no .git, in every fresh tree, and in no commit', async () => {
    await given(section('libs/one', { url: '../lib.git' }));
    await withLinks(link('libs/one', lib));
    await scene.checkout();
    expect(await absent()).to.deep.equal({});
    expect((await readdir(path.join(scene.workspace, 'libs/one'))).sort()).to.deep.equal(['lib.js', 'sub']);
    expect(await inWorkspace('libs/one/sub/deep.js')).to.equal('deep\n');
    expect(await scene.kinds()).to.deep.equal({});
    await scene.write('src/a.js', 'work');
    await scene.repository.discard();
    await scene.write('src/b.js', 'work');
    expect(await scene.commit()).to.have.property('kind', 'committed');
    expect(await scene.repository.push(BRANCH)).to.deep.equal({ kind: 'pushed' });
    expect(await scene.onServer('diff', '--name-only', `${BRANCH}~1`, BRANCH)).to.equal('src/b.js\n');
    const asked = scene.github.requests.length;
    await rm(path.join(scene.workspace, 'libs'), { recursive: true });
    await scene.repository.renew();
    expect(await inWorkspace('libs/one/lib.js')).to.equal('lib\n');
    expect(scene.github.requests.length).to.equal(asked);
    await followUntrustedCode(scene);
  });

  itInRehearsal(
    'are told as kept when something in them was changed, added or removed, not what is ignored or generated',
    async () => {
      await given(section('lib', { url: '../lib.git' }));
      await withLinks(link('lib', lib));
      await scene.checkout();
      await scene.write('lib/built.js', 'by install');
      await scene.repository.keepInstalled();
      await scene.write('lib/x.tmp', 'ignored');
      await scene.write('lib/node_modules/x/index.js', 'generated');
      await scene.write('lib/.git', 'gitdir: ../elsewhere\n');
      await rm(path.join(scene.workspace, 'lib/.git'));
      expect(await scene.kinds()).to.deep.equal({});
      const changes: readonly [what: string, change: () => Promise<unknown>][] = [
        ['changed', () => scene.write('lib/lib.js', 'other\n')],
        ['back', () => scene.write('lib/lib.js', 'lib\n')],
        ['added', () => scene.write('lib/new.js', 'new')],
        [
          'removed',
          () => rm(path.join(scene.workspace, 'lib/new.js')).then(() => rm(path.join(scene.workspace, 'lib/lib.js'))),
        ],
      ];
      const seen: Record<string, unknown> = {};
      for (const [what, change] of changes) {
        await change();
        seen[what] = await scene.kinds();
      }
      const kept = { lib: 'submodule-kept' };
      expect(seen).to.deep.equal({ changed: kept, back: {}, added: kept, removed: kept });
      await rm(path.join(scene.workspace, 'lib'), { recursive: true });
      await symlink('/', path.join(scene.workspace, 'lib'));
      expect(await scene.kinds()).to.deep.equal({ lib: 'submodule' });
    },
  );

  it('come from where the rules say alone, whatever .gitmodules the branch brings', async () => {
    await given(section('lib', { url: '../lib.git' }));
    const secret = await repositoryAt('secret', { 'secret.js': 'of others\n' });
    const own = section('lib', { url: '../secret.git' }) + section('more', { url: '../lib.git' });
    await withLinks(link('lib', secret), link('more', lib), text('.gitmodules', own));
    await scene.checkout();
    expect(await absent()).to.deep.equal({
      lib: 'The server has no such commit, or git cannot check it out.',
      more: 'The .gitmodules that the rules have does not name it.',
    });
    expect(await readdir(path.join(scene.workspace, 'lib'))).to.deep.equal([]);
    expect(scene.github.requests.filter(({ path: asked }) => asked.includes('secret'))).to.deep.equal([]);
  });

  itInRehearsal('stay absent, each for its own reason, when they lie elsewhere or are not to be had', async () => {
    const urls: Record<string, string> = {
      elsewhere: 'https://evil.example/octo/lib',
      file: 'file:///octo/lib',
      program: 'ext::sh -c touch% witness',
      option: '--upload-pack=touch witness',
      climbing: '../../../octo/lib',
      other: '../../other/lib.git',
    };
    const sections = Object.entries(urls).map(([name, url]) => section(name, { url: JSON.stringify(url) }));
    const gone = section('gone', { url: '../gone.git' });
    const more = section('command', { url: '../lib.git', update: '"!touch witness"' });
    const none = section('none', { url: '../lib.git', update: 'none' });
    await given([...sections, gone, more, none, section('old', { url: '../lib.git' })].join(''));
    await repositoryAt('lib', { 'a.js': '1' }, 'other');
    await withLinks(
      ...[...Object.keys(urls), 'command', 'none'].map((name) => link(name, lib)),
      link('old', FIRST),
      link('gone', FIRST),
    );
    await scene.checkout();
    const elsewhere = 'It comes from another host or owner, or from no server.';
    expect(await absent()).to.deep.equal({
      climbing: elsewhere,
      elsewhere,
      file: elsewhere,
      gone: 'The server knows no such repository, or hides it from this token.',
      none: '.gitmodules says "update = none".',
      old: 'The server has no such commit, or git cannot check it out.',
      option: elsewhere,
      other: elsewhere,
      program: elsewhere,
    });
    expect(await inWorkspace('command/lib.js')).to.equal('lib\n');
    for (const name of Object.keys(urls)) expect(await readdir(path.join(scene.workspace, name))).to.deep.equal([]);
    expect(existsSync(path.join(scene.workspace, 'witness'))).to.equal(false);
  });

  itInRehearsal('in submodules come along, by the .gitmodules of the commit that the rules have them at', async () => {
    await given(section('a', { url: '../a.git' }));
    const gitmodules = section('b', { url: '../lib.git' });
    const hosted = await scene.github.createRepository({
      owner: 'octo',
      name: 'a',
      files: { '.gitmodules': gitmodules },
    });
    const trusted = await commitLines(hosted.directory, 'main', [link('b', lib)]);
    await commitLines(scene.hosted.directory, 'main', [link('a', trusted)]);
    const secret = await repositoryAt('secret', { 'secret.js': 'of others\n' });
    const swapped = section('b', { url: '../lib.git' }) + section('c', { url: '../secret.git' });
    const later = await commitLines(hosted.directory, 'main', [text('.gitmodules', swapped), link('c', secret)]);
    await withLinks(link('a', later));
    await scene.checkout();
    expect(await inWorkspace('a/b/lib.js')).to.equal('lib\n');
    expect(await absent()).to.deep.equal({ 'a/c': 'The .gitmodules that the rules have does not name it.' });
    expect(scene.github.requests.filter(({ path: asked }) => asked.includes('secret'))).to.deep.equal([]);
    await scene.write('a/b/lib.js', 'changed');
    expect(await scene.kinds()).to.deep.equal({ a: 'submodule-kept' });
  });

  itInRehearsal('end at a depth: a repository that contains itself is no endless work', async () => {
    await given(section('self', { url: '../self.git' }));
    const gitmodules = section('self', { url: './../self.git' });
    const hosted = await scene.github.createRepository({
      owner: 'octo',
      name: 'self',
      files: { '.gitmodules': gitmodules },
    });
    let head = await headOf(hosted.directory);
    for (let n = 0; n < 6; n += 1) head = await commitLines(hosted.directory, 'main', [link('self', head)]);
    await commitLines(scene.hosted.directory, 'main', [link('self', head)]);
    await withLinks(link('self', head));
    await scene.checkout();
    const deepest = Array(6).fill('self').join('/');
    expect(await absent()).to.deep.equal({ [deepest]: 'Submodules are nested in more than 5 levels.' });
  });

  itInRehearsal('stand beside links of the branch, and never behind one', async () => {
    await given(section('link/lib', { url: '../lib.git' }) + section('lib', { url: '../lib.git' }));
    const outside = path.join(scene.folder, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'kept'), 'kept');
    await withLinks({ mode: '120000', path: Buffer.from('link'), content: outside }, link('lib', lib));
    await scene.checkout();
    expect(await inWorkspace('lib/lib.js')).to.equal('lib\n');
    expect(await readdir(outside)).to.deep.equal(['kept']);
  });

  itInRehearsal('stay empty where the configuration says so, and where git cannot read the .gitmodules', async () => {
    await given('[submodule "lib"\n');
    await withLinks(link('lib', lib));
    await scene.checkout();
    expect(await absent()).to.deep.equal({ lib: 'git cannot read the .gitmodules that the rules have.' });
    await scene.close();
    await given(section('lib', { url: '../lib.git' }), { submodules: false });
    await withLinks(link('lib', lib));
    await scene.checkout();
    expect(await absent()).to.deep.equal({ lib: '"submodules" of the project configuration is false.' });
    expect(scene.github.requests.filter(({ path: asked }) => asked.includes('lib'))).to.deep.equal([]);
  });

  itInRehearsal('are waited for while the server has a fault that passes', async () => {
    await given(section('lib', { url: '../lib.git' }));
    await withLinks(link('lib', lib));
    scene.github.faults.next({ git: 'upload-pack', path: /lib\.git/, times: 2 }, { kind: 'http502' });
    await scene.checkout();
    expect(await inWorkspace('lib/lib.js')).to.equal('lib\n');
  });
});
