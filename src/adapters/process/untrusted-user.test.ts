import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { makeOpenFolder } from '../files/open-folder.ts';
import { proveLaunch, unwrapLauncher } from './launch-as-user.ts';
import { placePrograms } from './placed-programs.ts';
import { killUntilNone, processesOfUser } from './process-table.ts';
import { runSubprocess } from './subprocess.ts';
import { reachableEnvironment, untrustedEnvironment } from './untrusted-environment.ts';
import { acquireNumberedUser, acquireUntrustedUser } from './untrusted-user.ts';
import { type Release, takeLease } from './user-lease.ts';

const HOME = '/runs/1/untrusted/home';

describe('environment of untrusted programs', () => {
  it('is an allow-list: nothing that could be a credential comes through', () => {
    const from = {
      PATH: '/usr/bin:/bin',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'c',
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/d',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://e',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/f',
      GITHUB_TOKEN: 'g',
      GH_TOKEN: 'h',
      KIRO_API_KEY: 'i',
      NPM_TOKEN: 'j',
      NODE_OPTIONS: '--require /k.js',
      LD_PRELOAD: '/l.so',
      GIT_ASKPASS: '/m',
      SSH_AUTH_SOCK: '/n',
      CODEBUILD_BUILD_ID: 'o',
      HTTPS_PROXY: 'http://user:password@proxy:8080',
      HTTP_PROXY: 'http://proxy:8080',
      JAVA_HOME: '/opt/java',
      npm_config_registry: 'http://user:password@packages:8081',
      GOPROXY: 'http://packages:8082',
      TZ: 'Asia/Tokyo',
      LANG: 'de_DE.UTF-8',
      FORCE_COLOR: '3',
      NO_COLOR: '1',
      HOME: '/root',
    };
    expect(untrustedEnvironment({ home: HOME, from, homes: [], extra: { KIRO_API_KEY: 'given' } })).to.deep.equal({
      PATH: [...new Set(['/usr/bin', '/bin', '/usr/local/bin', dirname(process.execPath)])].join(':'),
      HOME,
      JAVA_TOOL_OPTIONS: '-Dhttp.proxyHost=proxy -Dhttp.proxyPort=8080 -Dhttp.nonProxyHosts=localhost|127.*|[::1]',
      LANG: 'de_DE.UTF-8',
      TZ: 'Asia/Tokyo',
      TERM: 'dumb',
      CI: 'true',
      npm_config_cache: `${HOME}/.npm`,
      HTTP_PROXY: 'http://proxy:8080',
      GOPROXY: 'http://packages:8082',
      JAVA_HOME: '/opt/java',
      KIRO_API_KEY: 'given',
    });
  });

  it('finds the running Node last, and neither the worker’s own packages nor relative folders', () => {
    const from = { PATH: '/w/node_modules/.bin:.:bin::/opt/go/bin:/usr/bin:/w/node_modules/x/bin' };
    const folders = untrustedEnvironment({ home: HOME, from }).PATH?.split(':');
    expect(folders).to.deep.equal(['/opt/go/bin', '/usr/bin', '/usr/local/bin', '/bin', dirname(process.execPath)]);
  });
});

describe('environment of another user', () => {
  it('has no PATH folder and no tool chain that the user cannot enter, also behind a link', () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'reach-')));
    chmodSync(directory, 0o755);
    const closed = join(directory, 'closed');
    mkdirSync(join(closed, 'shims'), { recursive: true });
    chmodSync(closed, 0o700);
    symlinkSync(join(closed, 'shims'), join(directory, 'link'));
    mkdirSync(join(directory, 'open'));
    const env = {
      PATH: ['closed/shims', 'link', 'open', 'missing'].map((name) => join(directory, name)).join(':'),
      PYENV_ROOT: closed,
      JAVA_HOME: join(directory, 'open'),
      HOME,
    };
    const { PATH, ...rest } = reachableEnvironment(env, { user: { uid: 64_051, gid: 64_051 } });
    rmSync(directory, { recursive: true });
    expect(PATH?.split(':')).to.deep.equal([join(directory, 'open'), join(directory, 'missing')]);
    expect(rest).to.deep.equal({ JAVA_HOME: join(directory, 'open'), HOME });
  });
});

describe('ending processes', () => {
  it('strikes before each look, and looks until nothing is left', async () => {
    const story: string[] = [];
    const looks = [[], [2 ** 22 + 2], [2 ** 22 + 1]];
    const look = () => {
      story.push('look');
      return looks.pop() ?? [];
    };
    await killUntilNone(look, async () => story.push('strike'));
    expect(story).to.deep.equal(['strike', 'look', 'strike', 'look', 'strike', 'look']);
  });
});

describe('program that setpriv could not start', () => {
  const result = { exitCode: 127, signal: null, endedBy: 'exit', stdoutTail: '', durationMs: 1 } as const;

  it('is reported as not started; a program’s own exit code 127 stays what it is', () => {
    const stderrTail = 'setpriv: failed to execute nowhere: No such file or directory\n';
    expect(unwrapLauncher({ ...result, stderrTail })).to.include({
      endedBy: 'spawn-failure',
      exitCode: null,
      stderrTail: 'Cannot start nowhere: No such file or directory',
    });
    expect(unwrapLauncher({ ...result, stderrTail: 'sh: nowhere: not found' }).endedBy).to.equal('exit');
    expect(unwrapLauncher({ ...result, exitCode: 1, stderrTail }).endedBy).to.equal('exit');
  });
});

if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('users of our own', () => {
    async function takeWhenFree(name: string): Promise<Release> {
      for (;;) {
        const release = takeLease(name);
        if (release !== null) return release;
        await sleep(50);
      }
    }
    const accounts = () => readFileSync('/etc/passwd', 'utf8').match(/^kiro-untrusted(-\d+)?(?=:)/gm) ?? [];

    it('are used again, not made anew, when an earlier run left them', async () => {
      (await acquireUntrustedUser()).release();
      const left = accounts();
      const again = await acquireUntrustedUser();
      again.release();
      expect(left).to.include(again.name).and.have.length.at.most(16);
    });

    it('give way to a bare number when other runs have all of them', async () => {
      const names = Array.from({ length: 16 }, (_, n) => (n === 0 ? 'kiro-untrusted' : `kiro-untrusted-${n + 1}`));
      // Tests that run beside these have some of them for a while.
      const leases = await Promise.all(names.map(takeWhenFree));
      const users = await Promise.all([acquireUntrustedUser(), acquireUntrustedUser()]);
      for (const { name, uid, release } of users) {
        expect(name).to.equal(String(uid));
        expect(uid).to.be.within(64_100, 64_999);
        release();
      }
      expect(new Set(users.map(({ uid }) => uid)).size).to.equal(2);
      for (const release of leases) release();
    });

    it('cannot be taken away by a program of another user', async () => {
      const squat = `
        const net = require('node:net');
        const names = Array.from({ length: 16 }, (_, n) => n === 0 ? 'kiro-untrusted' : 'kiro-untrusted-' + (n + 1));
        for (const name of [...names, 'start']) net.createServer().on('error', () => {}).listen('\\0kiro-worker/untrusted-user/' + name);
        for (const name of names) try { require('node:fs').writeFileSync('/run/kiro-worker/' + name + '.lease', ''); console.log('written'); } catch (error) { console.log(error.code); }
        setInterval(() => {}, 1000)`;
      const folder = makeOpenFolder('squatter');
      const node = join(folder, 'node');
      copyFileSync(process.execPath, node);
      const squatter = spawn(node, ['-e', squat], { uid: 64_050, gid: 64_050, cwd: '/', stdio: 'pipe' });
      const [first] = await once(squatter.stdout.setEncoding('utf8'), 'data');
      expect(String(first).split('\n')[0]).to.equal('EACCES');
      const user = await acquireUntrustedUser();
      expect(user.name).to.match(/^kiro-untrusted/);
      user.release();
      squatter.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    });

    it('are cleared at the next start: processes, files and IPC objects of a run that was cut off', async () => {
      const cutOff = await acquireUntrustedUser();
      const { uid, gid } = cutOff;
      const mark = `left-${process.pid}`;
      const leave = [
        `for folder in /tmp /var/tmp /dev/shm; do mkdir -p $folder/${mark}/deep; echo x >$folder/${mark}/deep/file; done`,
        'ipcmk -M 100 >/dev/null; ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null',
        'setsid sleep 600 >/dev/null 2>&1 & sleep 0.2',
      ];
      const left = await runSubprocess({
        command: ['sh', '-c', leave.join('\n')],
        cwd: '/',
        env: { PATH: '/usr/bin:/bin' },
        timeoutMs: 60_000,
        identity: { uid, gid },
      });
      expect(left.exitCode, left.stderrTail).to.equal(0);
      cutOff.release();
      const ipcOf = () =>
        ['shm', 'msg', 'sem'].filter((kind) =>
          new RegExp(`\\s${uid}\\s`).test(readFileSync(`/proc/sysvipc/${kind}`, 'utf8')),
        );
      expect(processesOfUser(uid)).not.to.deep.equal([]);
      expect(ipcOf()).to.deep.equal(['shm', 'msg', 'sem']);
      // Whichever user the next run gets.
      const next = await acquireNext(cutOff.name);
      next.release();
      expect(processesOfUser(uid)).to.deep.equal([]);
      for (const folder of ['/tmp', '/var/tmp', '/dev/shm'])
        expect(existsSync(join(folder, mark)), folder).to.equal(false);
      expect(ipcOf()).to.deep.equal([]);
    });

    /** A run that takes another user than the named one, and than those that other runs on this machine have. */
    async function acquireNext(name: string) {
      const others = Array.from({ length: 15 }, (_, n) => `kiro-untrusted-${n + 2}`).filter((one) => one !== name);
      for (const other of others) {
        const acquired = await acquireUntrustedUser(other).catch((error: unknown) => {
          if (!String(error).includes('another run on this machine has it') || other === others.at(-1)) throw error;
          return null;
        });
        if (acquired !== null) return acquired;
      }
      throw new Error('No user was tried.');
    }
  });

  describe('user without an account', () => {
    it('keeps programs apart as well, also without setpriv', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'untrusted-user-'));
      const home = join(directory, 'home');
      const temporary = join(directory, 'tmp');
      const user = await acquireNumberedUser();
      const other = await acquireNumberedUser();
      expect(other.uid).not.to.equal(user.uid);
      other.release();
      await chmod(directory, 0o711);
      for (const folder of [home, temporary]) {
        await mkdir(folder, { mode: 0o700 });
        await chown(folder, user.uid, user.gid);
      }
      const request = { cwd: home, env: untrustedEnvironment({ home }), timeoutMs: 120_000 };
      const placed = placePrograms({ folder: join(directory, 'programs'), user, programs: [] });
      const nothing = { mustReach: [], hidden: [], tools: [], mounts: null, visible: () => [] };
      const parts = { ...nothing, user, home, placed, temporary };
      for (const programs of [undefined, []]) {
        const { launch, isPrivate } = await proveLaunch({ ...parts, ...(programs && { setprivPaths: programs }) });
        const { stdoutTail } = await runSubprocess(launch({ ...request, command: ['id', '-G'] }));
        expect(stdoutTail.trim()).to.equal(String(user.gid));
        expect(isPrivate).to.equal(false);
      }
      expect(processesOfUser(user.uid)).to.deep.equal([]);
      user.release();
      rmSync(directory, { recursive: true });
    });
  });
}
