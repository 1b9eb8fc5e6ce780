import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { waitUntil } from '../../../test/process-state.ts';
import { sandboxScene } from '../../../test/support/scenes/sandbox.ts';
import { removeTree } from '../files/remove-tree.ts';
import { processesOfHome } from './process-table.ts';
import type { LocalSandbox, SandboxOptions } from './sandbox.ts';
import { untrustedEnvironment } from './untrusted-environment.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe('sandbox of a user of its own', () => {
  const { create: make, runIn, runScript, ...scene } = sandboxScene();
  let directory: string;
  beforeEach(() => {
    directory = scene.directory();
  });

  /** With `/tmp` of its own where this machine lets root make that, and as where it does not. */
  for (const programs of isRoot ? telling(1, [{}, { unshare: [] }]) : []) {
    const create = (options: Partial<SandboxOptions> = {}) => make({ programs, ...options });
    const isShared = 'unshare' in programs;
    describe(`what an untrusted program can reach${isShared ? ' where /tmp is shared' : ''}`, () => {
      /** Runs the attempt in the sandbox; true when it failed for lack of rights. */
      async function isRefused(sandbox: LocalSandbox, attempt: string, ...args: string[]) {
        const script = `try { ${attempt}; console.log('done'); } catch (error) { console.log(error.code ?? error.message); }`;
        const { stdoutTail } = await runScript(sandbox, script, ...args);
        const refusals = ['EACCES', 'EPERM', ...(isShared ? [] : ['ENOENT'])];
        return refusals.includes(stdoutTail.trim()) ? true : stdoutTail.trim();
      }

      it('is of another user, without other groups and without a way back', async () => {
        const sandbox = await create();
        expect(sandbox.isolation).to.equal('user');
        const { stdoutTail } = await runIn(sandbox, ['cat', '/proc/self/status']);
        const status = (field: string) =>
          new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(stdoutTail)?.[1]?.split(/\s+/) ?? [];
        expect([...new Set(status('Uid'))], 'one user, real and effective')
          .to.have.length(1)
          .and.not.include('0');
        expect(status('Groups').filter((group) => group !== '' && group !== status('Gid')[0])).to.deep.equal([]);
        expect(Number.parseInt(status('CapEff')[0] ?? '', 16)).to.equal(0);
        if (existsSync('/usr/bin/setpriv')) expect(status('NoNewPrivs')).to.deep.equal(['1']);
      });

      it('is not the worker’s environment, memory or process', async () => {
        const sandbox = await create();
        const worker = String(process.pid);
        for (const [call, file] of [
          ['readFileSync', 'environ'],
          ['readFileSync', 'mem'],
          ['readdirSync', 'cwd'],
          ['readdirSync', 'fd'],
        ]) {
          const look = `require('fs').${call}(process.argv[1])`;
          expect(await isRefused(sandbox, look, `/proc/${worker}/${file}`), file).to.equal(true);
        }
        expect(await isRefused(sandbox, 'process.kill(Number(process.argv[1]), 0)', worker)).to.equal(true);
        expect(await isRefused(sandbox, 'process.kill(Number(process.argv[1]), "SIGTERM")', worker)).to.equal(true);
      });

      itInRehearsal('is not the environment of another program that root runs', async () => {
        const sandbox = await create();
        const other = await make({ user: 'none', runDirectory: join(directory, 'other') });

        const running = runIn(other, ['sleep', '60'], { KIRO_API_KEY: 'ksk_planted-1234567' });
        await waitUntil(() => processesOfHome(other.home).length > 0, 'the other program runs');
        const [pid] = processesOfHome(other.home);
        expect(
          await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', `/proc/${pid}/environ`),
        ).to.equal(true);
        await other.end();
        await running;
      });

      itInRehearsal('is not what the worker keeps to itself', async () => {
        const git = join(directory, 'git');
        mkdirSync(git, { mode: 0o700 });
        writeFileSync(join(git, 'config'), '[credential]');
        const helper = join(directory, 'askpass');
        writeFileSync(helper, 'planted', { mode: 0o600 });
        const sandbox = await create();
        expect(await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', join(git, 'config'))).to.equal(
          true,
        );
        expect(await isRefused(sandbox, 'require("fs").readdirSync(process.argv[1])', git)).to.equal(true);
        expect(await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', helper)).to.equal(true);
      });

      itInRehearsal('is not what was hidden, though it was open before', async () => {
        const shared = join(directory, 'shared');
        mkdirSync(shared, { mode: 0o755 });
        writeFileSync(join(shared, 'env.sh'), 'export TOKEN=planted', { mode: 0o644 });
        const sandbox = await create({ hide: [shared, join(directory, 'not-there')] });
        expect(
          await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', join(shared, 'env.sh')),
        ).to.equal(true);
      });

      itInRehearsal('is writable only where it was granted', async () => {
        const granted = join(directory, 'run', 'workspace');
        const other = join(directory, 'other');
        for (const folder of [granted, other]) mkdirSync(folder, { recursive: true });
        writeFileSync(join(granted, 'file.txt'), 'old');
        writeFileSync(join(other, 'file.txt'), 'old');
        const sandbox = await create();
        await sandbox.grant(granted);
        const write = 'require("fs").writeFileSync(process.argv[1], "new")';
        expect(await isRefused(sandbox, write, join(granted, 'file.txt'))).to.equal('done');
        expect(await isRefused(sandbox, write, join(granted, 'new.txt'))).to.equal('done');
        expect(await isRefused(sandbox, write, join(other, 'file.txt'))).to.equal(true);
        expect(await isRefused(sandbox, write, join(other, 'new.txt'))).to.equal(true);
        expect(await isRefused(sandbox, write, join(directory, 'run', 'new.txt'))).to.equal(true);
        expect(await isRefused(sandbox, write, join(dirname(sandbox.home), 'new.txt'))).to.equal(true);
      });

      itInRehearsal('does not grow by links in a granted folder', async () => {
        const granted = join(directory, 'run', 'workspace');
        mkdirSync(join(granted, 'deep'), { recursive: true });
        const secret = join(directory, 'secret');
        const folder = join(directory, 'folder');
        writeFileSync(secret, 'planted', { mode: 0o600 });
        mkdirSync(folder);
        writeFileSync(join(folder, 'inside'), '');
        symlinkSync(secret, join(granted, 'deep', 'link'));
        symlinkSync(folder, join(granted, 'folder-link'));
        linkSync(secret, join(granted, 'hard-link'));
        const sandbox = await create();
        await sandbox.grant(granted);
        for (const path of [secret, folder, join(folder, 'inside')]) expect(lstatSync(path).uid, path).to.equal(0);
        expect(lstatSync(join(granted, 'deep', 'link')).uid).not.to.equal(0);
        const refused = await sandbox.grant(join(granted, 'folder-link')).catch((error: Error) => error.message);
        expect(refused).to.match(/is not a folder/);
      });

      itInRehearsal('cannot include what it could not get to, and says where it is stopped', async () => {
        const closed = join(directory, 'closed');
        mkdirSync(join(closed, 'workspace'), { recursive: true });
        chmodSync(closed, 0o700);
        const sandbox = await create();
        const error = await sandbox.grant(join(closed, 'workspace')).catch((thrown: Error) => thrown);
        expect(error).to.be.an('error').with.property('message').that.contains(`enter ${closed}.`);
      });

      itInRehearsal(
        'is no place where it could leave something for others: files, sockets, shared memory',
        async () => {
          const sandbox = await create();
          const { uid } = statSync(sandbox.home);
          const name = `left-${process.pid}`;
          const leave = `for folder in /tmp /var/tmp /dev/shm "$TMPDIR"; do
            if [ -e $folder/${name} ]; then echo "found in $folder"; fi
            mkdir -p $folder/${name}/node-compile-cache && echo $folder
          done; ipcmk -M 100 >/dev/null; ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null; cat /proc/sysvipc/shm /proc/sysvipc/msg /proc/sysvipc/sem | grep -cE "[[:space:]]$(id -u)[[:space:]]"`;
          for (const run of [1, 2]) {
            const { stdoutTail, stderrTail } = await runIn(sandbox, ['sh', '-c', leave]);
            expect(stderrTail).to.equal('');
            expect(stdoutTail, `run ${run}`).to.match(/^\/tmp\n\/var\/tmp\n\/dev\/shm\n(found in \/tmp\n)?\/.*\n3\n$/);
            for (const folder of ['/tmp', '/var/tmp', '/dev/shm'])
              expect(existsSync(join(folder, name)), folder).to.equal(false);
            for (const kind of ['shm', 'msg', 'sem'])
              expect(readFileSync(`/proc/sysvipc/${kind}`, 'utf8'), kind).not.to.match(new RegExp(`\\s${uid}\\s`));
          }
        },
      );

      itInRehearsal('is none of the folders of the PATH that it may not enter', async () => {
        const closed = join(directory, 'closed');
        mkdirSync(join(closed, 'shims'), { recursive: true });
        chmodSync(closed, 0o700);
        writeFileSync(join(closed, 'shims', 'sleep'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
        const sandbox = await create();
        const env = { PATH: `${join(closed, 'shims')}:${process.env.PATH}`, HOME: sandbox.home };
        const request = { cwd: sandbox.home, env, timeoutMs: 60_000 };
        expect(await sandbox.run({ ...request, command: ['sleep', '0'] })).to.include({ exitCode: 0 });
      });

      itInRehearsal('includes tools below a closed home only where the home itself can be covered', async () => {
        const home = join(directory, 'home-of-worker');
        const shims = join(home, '.rbenv', 'shims');
        mkdirSync(shims, { recursive: true });
        mkdirSync(join(home, '.aws'));
        for (const secret of ['.netrc', '.aws/credentials', '.rbenv-notes'])
          writeFileSync(join(home, secret), 'planted');
        writeFileSync(join(shims, 'tool'), '#!/bin/sh\necho "$RBENV_ROOT"\n', { mode: 0o755 });
        chmodSync(home, 0o700);
        const before = { HOME: process.env.HOME, PATH: process.env.PATH };
        Object.assign(process.env, { HOME: home, PATH: `${shims}:${before.PATH}` });
        try {
          const sandbox = await create();
          const request = { cwd: sandbox.home, env: untrustedEnvironment({ home: sandbox.home }), timeoutMs: 60_000 };
          const script =
            'tool; ls -A "$0"; cat "$0/.netrc" "$0/.aws/credentials" "$0/.rbenv-notes"; touch "$0/.rbenv/x"';
          const { stdoutTail, stderrTail } = await sandbox.run({ ...request, command: ['sh', '-c', script, home] });
          expect(stdoutTail.trim().split('\n')).to.deep.equal(isShared ? [''] : [join(home, '.rbenv'), '.rbenv']);
          expect(stderrTail).to.match(/touch: .*(?:Permission denied|No such file)/);
        } finally {
          Object.assign(process.env, before);
        }
        expect(lstatSync(home).mode & 0o777).to.equal(0o700);
        expect(lstatSync(join(home, '.netrc')).mode & 0o777).to.equal(0o644);
      });

      itInRehearsal(
        'is its folder as deep as it likes, with names that are no UTF-8, and all of that goes with the run',
        async () => {
          const granted = join(directory, 'run', 'workspace');
          mkdirSync(granted, { recursive: true });
          const latin = Buffer.concat([Buffer.from(`${granted}/caf`), Buffer.from([0xe9])]);
          writeFileSync(latin, 'x');
          const sandbox = await create();
          const dig = `import os, sys
for top in sys.argv[1:]:
  os.chdir(top)
  for _ in range(60): os.mkdir('d' * 200); os.chdir('d' * 200)
  open(b'caf\\xe9', 'w').close()`;
          spawnSync('python3', ['-c', dig, granted]);
          await sandbox.grant(granted);
          const { uid } = statSync(sandbox.home);
          expect(lstatSync(latin).uid).to.equal(uid);
          const owners = spawnSync('find', [granted, '!', '-uid', String(uid)], { encoding: 'utf8' });
          expect([owners.status, owners.stdout, owners.stderr]).to.deep.equal([0, '', '']);
          const { stderrTail } = await runIn(sandbox, ['python3', '-c', dig, sandbox.home, '/tmp', granted]);
          expect(stderrTail).to.match(/File exists/);
          await sandbox.close();
          expect(existsSync(sandbox.home)).to.equal(false);
          await removeTree(granted);
        },
      );
    });
  }
});
