import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import { BRANCH, createGitScene, type GitScene, TOKEN } from '../../../../test/support/scenes/git.ts';
import { cloneUrl } from '../../../fakes/github/server.ts';

const CONTENT = 'whole content\n';
const oidOf = (content: string) => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oidOf(content)}\nsize ${content.length}\n`;

const ATTRIBUTES = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
/** What a branch may write to send git-lfs elsewhere, or past what it should fetch. */
const LFSCONFIG =
  '[lfs]\n\turl = https://evil.example/lfs\n\tfetchexclude = *\n[remote "origin"]\n\tlfsurl = https://evil.example\n';

/** Stands where git finds git-lfs: fetches by the commands that git itself has, and writes down what it was told. */
const STAND_IN = `#!/bin/sh
[ "$1" = version ] && exit 0
here=$(dirname "$0")
git config --list > "$here/config"
env > "$here/environment"
git ls-tree -r --name-only "$3" > "$here/files"
[ -e "$here/failing" ] && { echo "batch response: quota exceeded" >&2; exit 2; }
for oid in $(git ls-tree -r --name-only "$3"); do
  [ -e "$here/content-$oid" ] || continue
  folder="$GIT_DIR/lfs/objects/$(echo "$oid" | cut -c1-2)/$(echo "$oid" | cut -c3-4)"
  mkdir -p "$folder" && cp "$here/content-$oid" "$folder/$oid"
done
`;

describe('Git LFS', () => {
  const systemPath = process.env.PATH ?? '';
  let scene: GitScene;
  let program = '';
  afterEach(async () => {
    process.env.PATH = systemPath;
    await scene.close();
  });

  async function given(files: Record<string, string>): Promise<void> {
    scene = await createGitScene({ files: { '.gitattributes': ATTRIBUTES, '.lfsconfig': LFSCONFIG, ...files } });
  }

  /** Installs git-lfs with these contents on its server. */
  function installed(...contents: string[]): void {
    program = path.join(scene.folder, 'bin');
    mkdirSync(program, { mode: 0o755 });
    writeFileSync(path.join(program, 'git-lfs'), STAND_IN, { mode: 0o755 });
    for (const content of contents) writeFileSync(path.join(program, `content-${oidOf(content)}`), content);
    process.env.PATH = `${program}:${systemPath}`;
  }

  const inWorkspace = (file: string) => readFile(path.join(scene.workspace, file), 'utf8');
  const told = (what: string) => readFileSync(path.join(program, what), 'utf8');

  itInRehearsal('leaves pointers what they are where git-lfs is not installed, and says so', async () => {
    await given({ 'a.bin': pointerTo(CONTENT), 'whole.bin': 'no pointer\n' });
    installed();
    // As git answers where there is none: this machine may have one.
    writeFileSync(path.join(program, 'git-lfs'), `#!/bin/sh\necho "git: 'lfs' is not a git command." >&2\nexit 1\n`);
    await scene.checkout();
    expect(await inWorkspace('a.bin')).to.equal(pointerTo(CONTENT));
    const because = 'git-lfs is not installed where the worker runs.';
    expect(scene.repository.absentContent()).to.deep.equal([{ kind: 'lfs-pointer', paths: ['a.bin'], because }]);
  });

  it('gives contents in place of pointers in every tree, and commits neither them nor what replaces them', async () => {
    await given({ 'a.bin': pointerTo(CONTENT), 'sub/b.bin': pointerTo(CONTENT), 'whole.bin': 'no pointer\n' });
    installed(CONTENT);
    await scene.checkout();
    expect(scene.repository.absentContent()).to.deep.equal([]);
    for (const file of ['a.bin', 'sub/b.bin']) expect(await inWorkspace(file)).to.equal(CONTENT);
    expect(await scene.kinds()).to.deep.equal({});
    await scene.repository.resetWorkspaceGit();
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
    expect(String(execFileSync('git', ['-C', scene.workspace, 'status', '--porcelain'], { env }))).to.equal('');
    await scene.write('src/a.js', 'work');
    await chmod(path.join(scene.workspace, 'a.bin'), 0o755);
    expect(await scene.commit()).to.have.property('kind', 'committed');
    await scene.repository.push(BRANCH);
    expect(await scene.onServer('cat-file', 'blob', `${BRANCH}:a.bin`)).to.equal(pointerTo(CONTENT));
    expect(await scene.onServer('ls-tree', BRANCH, 'a.bin')).to.match(/^100755 /);
    await rm(path.join(scene.workspace, 'a.bin'));
    await scene.repository.discard();
    expect(await inWorkspace('a.bin')).to.equal(CONTENT);
    await scene.write('a.bin', 'other');
    expect(await scene.kinds()).to.deep.equal({ 'a.bin': 'filtered' });
    await scene.repository.renew();
    expect(await inWorkspace('a.bin')).to.equal(CONTENT);
    expect((await stat(path.join(scene.workspace, 'a.bin'))).mode & 0o100).to.equal(0o100);
  });

  itInRehearsal(
    'asks the own repository alone, with the credential in no file, and sees nothing that the branch configures',
    async () => {
      await given({ 'a.bin': pointerTo(CONTENT) });
      installed(CONTENT);
      await scene.checkout();
      const own = cloneUrl(scene.github, 'octo/app');
      expect(told('config').split('\n')).to.include.members([`lfs.url=${own}/info/lfs`, `remote.origin.url=${own}`]);
      expect(told('config'))
        .to.not.match(/evil|fetchexclude/)
        .and.not.include(TOKEN);
      expect(told('files')).to.equal(`${oidOf(CONTENT)}\n`);
      expect(told('environment'))
        .to.match(/^GIT_ASKPASS=/m)
        .and.match(/^GIT_TERMINAL_PROMPT=0$/m);
    },
  );

  itInRehearsal(
    'leaves the pointers of what the server does not give, or gives in another length, and of odd pointers',
    async () => {
      const odd = `version https://git-lfs.github.com/spec/v1\next-0-sh sha256:${oidOf('x')}\noid sha256:${oidOf('y')}\nsize 1\n`;
      const longer = pointerTo(CONTENT).replace(/size \d+/, 'size 99');
      await given({ 'a.bin': pointerTo('gone'), 'longer.bin': longer, 'odd.bin': odd });
      installed(CONTENT);
      await scene.checkout();
      expect(scene.repository.absentContent()).to.deep.equal([
        {
          kind: 'lfs-pointer',
          paths: ['a.bin', 'longer.bin', 'odd.bin'],
          because: 'Git LFS gave no contents for them.',
        },
      ]);
      expect(await inWorkspace('longer.bin')).to.equal(longer);
    },
  );

  itInRehearsal('tells what git-lfs said when it failed, and the run goes on with pointers', async () => {
    await given({ 'a.bin': pointerTo(CONTENT) });
    installed(CONTENT);
    writeFileSync(path.join(program, 'failing'), '');
    await scene.checkout();
    expect(scene.repository.absentContent().map(({ because }) => because)).to.deep.equal([
      'git-lfs says: batch response: quota exceeded',
    ]);
    expect(await inWorkspace('a.bin')).to.equal(pointerTo(CONTENT));
  });
});
