import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { proveLaunch, unwrapSetpriv } from './launch-as-user.ts';
import { placePrograms } from './placed-programs.ts';
import { killUntilNone, processesOfUser } from './process-table.ts';
import { runSubprocess } from './subprocess.ts';
import { temporaryFolder, untrustedEnvironment } from './untrusted-environment.ts';
import { acquireNumberedUser, acquireUntrustedUser } from './untrusted-user.ts';

const leaseOf = (suffix: string) => `\0kiro-worker/untrusted-user/kiro-untrusted${suffix}`;
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
      HOME: '/root',
    };
    expect(untrustedEnvironment({ home: HOME, from, extra: { KIRO_API_KEY: 'given' } })).to.deep.equal({
      PATH: [...new Set([dirname(process.execPath), '/usr/bin', '/bin', '/usr/local/bin'])].join(':'),
      HOME,
      TMPDIR: '/runs/1/untrusted/tmp',
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      NO_COLOR: '1',
      CI: 'true',
      npm_config_cache: `${HOME}/.npm`,
      HTTP_PROXY: 'http://proxy:8080',
      JAVA_HOME: '/opt/java',
      KIRO_API_KEY: 'given',
    });
  });

  it('finds the running Node first, and neither the worker’s own packages nor relative folders', () => {
    const from = { PATH: '/w/node_modules/.bin:.:bin::/opt/go/bin:/usr/bin:/w/node_modules/x/bin' };
    const folders = untrustedEnvironment({ home: HOME, from }).PATH?.split(':');
    expect(folders).to.deep.equal([dirname(process.execPath), '/opt/go/bin', '/usr/bin', '/usr/local/bin', '/bin']);
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
    expect(unwrapSetpriv({ ...result, stderrTail })).to.include({
      endedBy: 'spawn-failure',
      exitCode: null,
      stderrTail: 'Cannot start nowhere: No such file or directory',
    });
    expect(unwrapSetpriv({ ...result, stderrTail: 'sh: nowhere: not found' }).endedBy).to.equal('exit');
    expect(unwrapSetpriv({ ...result, exitCode: 1, stderrTail }).endedBy).to.equal('exit');
  });
});

if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('users of our own', () => {
    const accounts = () => readFileSync('/etc/passwd', 'utf8').match(/^kiro-untrusted(-\d+)?(?=:)/gm) ?? [];

    it('are used again, not made anew, when an earlier run left them', async () => {
      await (await acquireUntrustedUser()).release();
      const left = accounts();
      const again = await acquireUntrustedUser();
      await again.release();
      expect(left).to.include(again.name).and.have.length.at.most(16);
    });

    it('give way to a bare number when other runs have all of them', async () => {
      const taken = Array.from({ length: 16 }, (_, n) => createServer().listen(leaseOf(n === 0 ? '' : `-${n + 1}`)));
      // A name that is in use already is as good as taken by us.
      await Promise.all(
        taken.map((server) => Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => {})),
      );
      const users = await Promise.all([acquireUntrustedUser(), acquireUntrustedUser()]);
      for (const { name, uid, release } of users) {
        expect(name).to.equal(String(uid));
        expect(uid).to.be.within(64_100, 64_999);
        await release();
      }
      expect(new Set(users.map(({ uid }) => uid)).size).to.equal(2);
      for (const server of taken) server.close();
    });
  });

  describe('user without an account', () => {
    it('keeps programs apart as well, also without setpriv', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'untrusted-user-'));
      const home = join(directory, 'home');
      const user = await acquireNumberedUser();
      const other = await acquireNumberedUser();
      expect(other.uid).not.to.equal(user.uid);
      await other.release();
      await chmod(directory, 0o711);
      for (const folder of [home, temporaryFolder(home)]) {
        await mkdir(folder, { mode: 0o700 });
        await chown(folder, user.uid, user.gid);
      }
      const request = { cwd: home, env: untrustedEnvironment({ home }), timeoutMs: 120_000 };
      const placed = placePrograms({ folder: join(directory, 'programs'), user, programs: [] });
      for (const programs of [undefined, []]) {
        const launch = await proveLaunch({
          user,
          home,
          mustReach: [],
          hidden: [],
          placed,
          ...(programs && { setprivPaths: programs }),
        });
        const { stdoutTail } = await runSubprocess(launch({ ...request, command: ['id', '-G'] }));
        expect(stdoutTail.trim()).to.equal(String(user.gid));
      }
      expect(processesOfUser(user.uid)).to.deep.equal([]);
      await user.release();
      rmSync(directory, { recursive: true });
    });
  });
}
