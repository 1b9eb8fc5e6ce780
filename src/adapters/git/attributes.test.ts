import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { BRANCH, createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';

/** Line ends, encodings and filters: a commit holds what was changed in the workspace, and nothing else. */
describe('the git adapter and .gitattributes', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  async function checkedOut(files: Record<string, string | Buffer>): Promise<void> {
    scene = await createGitScene({ files: { 'README.md': '# Read me\n', ...files } });
    await scene.checkout();
  }

  /** Commits and pushes the workspace; returns the bytes of a file on the server. */
  async function pushed(file: string): Promise<string> {
    expect(await scene.commit()).to.have.property('kind', 'committed');
    expect(await scene.repository.push(BRANCH)).to.deep.equal({ kind: 'pushed' });
    return scene.onServer('cat-file', 'blob', `${BRANCH}:${file}`);
  }

  const changedOnServer = async () =>
    (await scene.onServer('diff-tree', '-r', '--name-only', `${BRANCH}~1`, BRANCH)).trim().split('\n');
  const inWorkspace = (file: string) => readFile(path.join(scene.workspace, file), 'latin1');

  itInRehearsal(
    'takes no file for changed that the repository itself keeps with other line ends than it asks for',
    async () => {
      await checkedOut({
        '.gitattributes': '*.txt text eol=lf\n/run.bat eol=crlf\n*.auto text=auto\n',
        'notes.txt': 'a\r\nb\r\n',
        'run.bat': 'a\nb\n',
        'sub/.gitattributes': 'run.bat text eol=crlf\n',
        'sub/run.bat': 'c\n',
        'x.auto': 'a\r\nb\n',
      });
      expect(await inWorkspace('run.bat')).to.equal('a\r\nb\r\n');
      expect(await scene.kinds()).to.deep.equal({});
      await scene.write('src/slug.js', 'export {};\n');
      await pushed('src/slug.js');
      expect(await changedOnServer()).to.deep.equal(['src/slug.js']);
      await scene.write('run.bat', 'dropped\n');
      await scene.write('sub/run.bat', 'dropped\n');
      await scene.repository.discard();
      expect(await scene.kinds()).to.deep.equal({});
      expect(await inWorkspace('run.bat')).to.equal('a\r\nb\r\n');
      expect(await inWorkspace('sub/run.bat')).to.equal('c\r\n');
    },
  );

  const rows: [what: string, attributes: string, before: string, work: string, after: string][] = [
    ['LF under eol=crlf stays LF', '* text eol=crlf', 'a\nb\n', 'a\r\nB\r\n', 'a\nB\n'],
    ['CRLF under eol=crlf stays CRLF', '* text eol=crlf', 'a\r\nb\r\n', 'a\r\nB\r\n', 'a\r\nB\r\n'],
    ['CRLF under text stays CRLF', '* text', 'a\r\nb\r\n', 'a\r\nB\r\n', 'a\r\nB\r\n'],
    ['CRLF under text=auto stays CRLF', '* text=auto', 'a\r\nb\r\n', 'a\r\nB\r\n', 'a\r\nB\r\n'],
    ['LF under text=auto stays LF', '* text=auto', 'a\nb\n', 'a\r\nB\r\n', 'a\nB\n'],
    ['-text keeps every byte', '* -text', 'a\nb\n', 'a\r\nB\n', 'a\r\nB\n'],
    ['no attributes keep every byte', '', 'a\nb\n', 'a\r\nB\n', 'a\r\nB\n'],
    ['ident is taken back', '* ident', '$Id$\na\n', '$Id: 0123 $\nB\n', '$Id$\nB\n'],
    ['an unknown filter is ignored', '* filter=unknown', 'a\n', 'B\n', 'B\n'],
  ];
  it('changes one line of a file by one line, and keeps its line ends', async () => {
    const files = rows.flatMap(([what, attributes, before]): [string, string][] => [
      [`${what}/.gitattributes`, `${attributes}\n.gitattributes -text\n`],
      [`${what}/f`, before],
    ]);
    await checkedOut(Object.fromEntries(files));
    for (const [what, , , work] of rows) await scene.write(`${what}/f`, work);
    expect(await scene.kinds()).to.deep.equal(Object.fromEntries(rows.map(([what]) => [`${what}/f`, 'modified'])));
    await pushed('README.md');
    const found: Record<string, string> = {};
    for (const [what] of rows) found[what] = await scene.onServer('cat-file', 'blob', `${BRANCH}:${what}/f`);
    expect(found).to.deep.equal(Object.fromEntries(rows.map(([what, , , , after]) => [what, after])));
    expect(await scene.kinds()).to.deep.equal({});
  });

  itInRehearsal(
    'stores other encodings as the attributes of the branch say, and refuses what is not in them',
    async () => {
      await checkedOut({ '.gitattributes': '*.u16 text working-tree-encoding=UTF-16LE\n', 'a.u16': 'gr\u00fcn\n' });
      expect(await inWorkspace('a.u16')).to.equal(Buffer.from('gr\u00fcn\n', 'utf16le').toString('latin1'));
      await scene.write('a.u16', Buffer.from('blau\n', 'utf16le'));
      expect(await pushed('a.u16')).to.equal('blau\n');
      await scene.write('a.u16', Buffer.from([0x41, 0xd8, 0x41]));
      expect(await scene.kinds()).to.deep.equal({ 'a.u16': 'not-in-encoding' });
    },
  );

  itInRehearsal('takes no attributes from the workspace', async () => {
    await checkedOut({});
    await scene.write('.gitattributes', '*.txt working-tree-encoding=UTF-16LE\n*.c text eol=crlf filter=lfs\n');
    const text = Buffer.from('text\n', 'utf16le');
    await scene.write('a.txt', text);
    await scene.write('a.c', 'a\r\n');
    expect(await pushed('a.txt')).to.equal(text.toString());
    expect(await scene.onServer('cat-file', 'blob', `${BRANCH}:a.c`)).to.equal('a\r\n');
  });

  itInRehearsal('refuses contents in place of the pointers of Git LFS, also for a new file', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`;
    await checkedOut({
      '.gitattributes': '*.json filter=lfs diff=lfs merge=lfs -text\n*.xz filter=lfs -text\n*.key filter=git-crypt\n',
      'data/x.xz': pointer,
      'data/old.xz': pointer,
    });
    expect(await scene.kinds()).to.deep.equal({});
    await scene.write('data/x.xz', 'contents');
    await scene.write('data/labels.json', '{}');
    await scene.write('secrets/a.key', 'plain');
    await rm(path.join(scene.workspace, 'data/old.xz'));
    await scene.write('.gitattributes', '');
    expect(await scene.kinds()).to.deep.equal({
      '.gitattributes': 'modified',
      'data/labels.json': 'filtered',
      'data/old.xz': 'deleted',
      'data/x.xz': 'filtered',
      'secrets/a.key': 'filtered',
    });
    expect(await scene.commit().catch(({ message }) => message)).to.match(/data\/x\.xz is kept elsewhere/);
  });
});
