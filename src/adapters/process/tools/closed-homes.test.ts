import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { closedHomes, closeToWriting, openingObstacle, openToTools } from './closed-homes.ts';
import { ownPath } from './find-program.ts';

const USER = { uid: 64_051, gid: 64_051 };

describe('tools below a closed home', () => {
  let top: string;
  let home: string;
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'homes-')));
    chmodSync(top, 0o755);
    home = join(top, 'home');
    for (const folder of ['.pyenv/shims', '.cargo/bin', '.local/bin', '.aws/sso', 'run/workspace'])
      mkdirSync(join(home, folder), { recursive: true });
    for (const file of ['.netrc', '.aws/credentials', '.cargo/credentials.toml', '.pyenv/shims/python3'])
      writeFileSync(join(home, file), '');
    writeFileSync(join(top, 'outside'), '');
    symlinkSync(join(top, 'outside'), join(home, 'link'));
    chmodSync(join(home, '.local'), 0o700);
    chmodSync(home, 0o700);
  });
  afterEach(() => rmSync(top, { recursive: true }));
  const found = (path: string) => closedHomes(USER, { homes: [home], path });
  const mode = (path: string) => statSync(join(home, path)).mode & 0o777;

  it('are those that are open but for the home, where the PATH leads to one of them', () => {
    const tools = [join(home, '.pyenv'), join(home, '.cargo/bin')];
    expect(found(`/usr/bin:${home}/.pyenv/shims/`)).to.deep.equal([{ home, tools, isPassable: false }]);
    for (const path of ['/usr/bin', home, `${home}/.local/bin`, `${home}/.pyenv-other`])
      expect(found(path), path).to.deep.equal([]);
  });

  it('are nobody’s concern below an open home, or one that lies in a closed folder', () => {
    chmodSync(home, 0o755);
    expect(found(`${home}/.pyenv/shims`)).to.deep.equal([]);
    chmodSync(home, 0o700);
    chmodSync(top, 0o700);
    expect(found(`${home}/.pyenv/shims`)).to.deep.equal([]);
  });

  it('can be passed to when the home is opened, and all else in it is closed, also what comes later', () => {
    const path = `${home}/.pyenv/shims`;
    for (const [closed] of [found(path), found(path)]) {
      if (closed === undefined) throw new Error('The home was not found.');
      openToTools(closed, [join(home, 'run')]);
      expect(['', '.pyenv', '.pyenv/shims/python3', 'run'].map(mode)).to.deep.equal([0o701, 0o755, 0o644, 0o755]);
      expect(['.netrc', '.aws', '.local'].map(mode)).to.deep.equal([0o600, 0o700, 0o700]);
      expect(['.cargo', '.cargo/bin', '.cargo/credentials.toml'].map(mode)).to.deep.equal([0o701, 0o755, 0o600]);
      writeFileSync(join(home, '.netrc'), '');
      chmodSync(join(home, '.netrc'), 0o644);
    }
    expect(statSync(join(top, 'outside')).mode & 0o777).to.equal(0o644);
  });

  it('lose the right of others to write where the worker itself looks for programs', async () => {
    chmodSync(join(home, '.pyenv/shims'), 0o777);
    chmodSync(join(home, '.pyenv/shims/python3'), 0o757);
    chmodSync(join(top, 'outside'), 0o666);
    symlinkSync(join(top, 'outside'), join(home, '.pyenv/link'));
    await closeToWriting({ tools: [join(home, '.pyenv'), join(home, '.cargo/bin')] });
    expect(['.pyenv/shims', '.pyenv/shims/python3', '.cargo/bin'].map(mode)).to.deep.equal([0o775, 0o755, 0o755]);
    expect(statSync(join(top, 'outside')).mode & 0o777).to.equal(0o666);
  });

  it('are not where the worker looks for its own programs, if every user can put one there', () => {
    chmodSync(join(home, '.local/bin'), 0o1777);
    // Nobody can look into the last two, as into folders below a closed home.
    symlinkSync(join(home, 'loop'), join(home, 'loop'));
    const blind = [`${home}/loop/bin`, '/etc/passwd/bin'];
    const path = [`${home}/.pyenv/shims`, `${home}/.local/bin`, 'bin', '', '/usr/bin', ...blind].join(':');
    expect(ownPath(path)).to.equal(`${home}/.pyenv/shims:/usr/bin`);
  });

  describe('are opened only', () => {
    const ROOT = '24 1 0:30 / / rw - overlay overlay rw';
    const obstacle = (rights: string, ...mounts: string[]) => {
      mkdirSync(join(top, '1'));
      mkdirSync(join(top, 'self'));
      writeFileSync(join(top, '1/status'), `Name:\tinit\nCapBnd:\t${rights}\n`);
      writeFileSync(join(top, 'self/mountinfo'), [ROOT, ...mounts, ''].join('\n'));
      return openingObstacle({ home }, top);
    };

    it('in a container without rights', () => {
      expect(obstacle('00000000a80425fb', '25 24 0:31 / /proc rw - proc proc rw')).to.equal(null);
    });

    it('where the first process may not mount', () => {
      expect(obstacle('000001ffffffffff')).to.match(/opened only in a container without rights/);
    });

    it('where its rights are known', () => {
      expect(obstacle('unknown')).to.match(/opened only in a container without rights/);
    });

    it('where nothing of the home comes from elsewhere', () => {
      const mount = `26 24 8:1 /home/me/.ssh ${home}/a\\040b rw - ext4 /dev/sda1 rw`;
      expect(obstacle('00000000a80425fb', mount)).to.match(/stays closed, since .*\/home\/a b was mounted/);
    });
  });
});
