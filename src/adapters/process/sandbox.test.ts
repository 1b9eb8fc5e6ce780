import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { isRunning, waitUntil } from '../../../test/process-state.ts';
import { createKiroAgent } from '../agents/kiro.ts';
import { processesOfHome, processesOfUser } from './process-table.ts';
import { removeTree } from './remove-tree.ts';
import { createSandbox, type LocalSandbox, type SandboxOptions } from './sandbox.ts';
import { reachableEnvironment, untrustedEnvironment } from './untrusted-environment.ts';

const isLinux = process.platform === 'linux';
/** One that other runs on this machine hardly ever take of themselves, nor other runs of these tests. */
const DEMANDED_USER = `kiro-untrusted-${10 + (process.pid % 7)}`;
const isRoot = isLinux && process.getuid?.() === 0;

describe('sandbox', () => {
  let directory: string;
  const open: LocalSandbox[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
    chmodSync(directory, 0o711);
  });
  afterEach(async () => {
    for (const sandbox of open.splice(0)) await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  async function createAny(options: Partial<SandboxOptions> = {}) {
    const sandbox = await createSandbox({ runDirectory: join(directory, 'run'), graceMs: 100, ...options });
    open.push(sandbox);
    return sandbox;
  }
  const create = createAny;
  function runIn(sandbox: LocalSandbox, command: readonly [string, ...string[]], extra: Record<string, string> = {}) {
    const env = untrustedEnvironment({ home: sandbox.home, extra });
    return sandbox.run({ command, cwd: sandbox.home, env, timeoutMs: 120_000 });
  }
  const runScript = (sandbox: LocalSandbox, script: string, ...args: string[]) =>
    runIn(sandbox, [process.execPath, '-e', script, ...args]);

  /** A child of a child in a session of its own, which writes its process id and holds no stream. */
  const daemon = `
    const { spawn } = require('child_process');
    const inner = "require('fs').writeFileSync(process.env.HOME + '/daemon', String(process.pid)); setInterval(() => {}, 1000)";
    const outer = "require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' }).unref()";
    spawn(process.execPath, ['-e', outer, inner], { detached: true, stdio: 'ignore' }).unref();
    const { existsSync } = require('fs');
    const wait = setInterval(() => { if (existsSync(process.env.HOME + '/daemon')) clearInterval(wait); }, 5);`;

  for (const options of isRoot ? [{}, { user: 'none' }] : [{ user: 'none' }]) {
    describe(options.user === 'none' ? 'run as you' : 'under a user of its own', () => {
      it('starts with an empty home and temporary folder that only its user may enter', async () => {
        const sandbox = await create(options);
        expect(readdirSync(sandbox.home)).to.deep.equal([]);
        expect(statSync(sandbox.home).mode & 0o777).to.equal(0o700);
        const look = `const os = require("os"), fs = require("fs"); fs.writeFileSync("x", "");
          console.log(os.homedir(), os.tmpdir().length < 60, fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("left")).length);
          fs.writeFileSync(os.tmpdir() + "/left", "")`;
        for (const run of [1, 2]) {
          const { stdoutTail } = await runScript(sandbox, look);
          expect(stdoutTail.trim(), `run ${run}`).to.equal(`${sandbox.home} true 0`);
        }
        await sandbox.close();
        expect(existsSync(sandbox.home)).to.equal(false);
      });

      it('sees its allow-listed environment and nothing else', async () => {
        process.env.PLANTED_TOKEN = 'planted';
        const sandbox = await create(options);
        const { stdoutTail } = await runScript(sandbox, 'console.log(JSON.stringify(process.env))');
        delete process.env.PLANTED_TOKEN;
        const { PATH = '', TMPDIR, ...rest } = JSON.parse(stdoutTail);
        // Short enough for the path of a unix socket, 107 bytes.
        expect(TMPDIR).to.match(/^\/.{3,59}$/);
        const { PATH: allowed = '', ...whole } = untrustedEnvironment({ home: sandbox.home });
        const { uid, gid } = statSync(sandbox.home);
        const { PATH: _, ...expected } = reachableEnvironment(whole, { uid, gid });
        expect(rest).to.deep.equal(expected);
        // Programs that were placed for the user come first, folders that it cannot enter are not there.
        const named = [join(directory, 'run', 'programs', 'bin'), ...allowed.split(':')];
        expect(named.filter((folder) => PATH.split(':').includes(folder)).join(':')).to.equal(PATH);
      });

      it('leaves nothing alive after a run, not even a daemon with a session of its own', async () => {
        const sandbox = await create(options);
        expect(await runScript(sandbox, daemon)).to.include({ exitCode: 0 });
        expect(existsSync(join(sandbox.home, 'daemon'))).to.equal(true);
        if (isLinux) expect(processesOfHome(sandbox.home)).to.deep.equal([]);
      });

      it('ends what still runs when it is told to', async () => {
        const sandbox = await create(options);
        const running = runScript(sandbox, `${daemon}\nsetInterval(() => {}, 1000)`);
        await waitUntil(() => existsSync(join(sandbox.home, 'daemon')), 'the daemon runs');
        await sandbox.end();
        expect(await running).to.include({ endedBy: 'exit', signal: 'SIGKILL' });
        if (isLinux) expect(processesOfHome(sandbox.home)).to.deep.equal([]);
      });

      if (existsSync('/usr/bin/setpriv')) {
        it('ends the program when the worker is killed', async () => {
          const worker = `
          const { createSandbox } = await import(${JSON.stringify(resolve('src/adapters/process/sandbox.ts'))});
          const sandbox = await createSandbox(${JSON.stringify({ ...options, runDirectory: join(directory, 'run') })});
          const env = { HOME: sandbox.home, PATH: process.env.PATH };
          const script = 'console.log(process.pid); setInterval(() => {}, 1000)';
          const onStdoutLine = (line) => { console.log(line); process.kill(process.pid, 'SIGKILL'); };
          await sandbox.run({ command: [process.execPath, '-e', script], cwd: sandbox.home, env, timeoutMs: 60000, onStdoutLine });`;
          const killed = spawnSync(process.execPath, ['--input-type=module', '-e', worker], { encoding: 'utf8' });
          expect(killed.signal, killed.stderr).to.equal('SIGKILL');
          await waitUntil(() => !isRunning(Number(killed.stdout)), 'the program is gone');
        });
      }

      it('tells a program that cannot be started', async () => {
        const sandbox = await create(options);
        const result = await runIn(sandbox, ['kiro-no-such-program']);
        expect(result).to.include({ endedBy: 'spawn-failure', exitCode: null });
        expect(result.stderrTail).to.contain('kiro-no-such-program');
      });
    });
  }

  it('says plainly as whom it runs', async () => {
    expect((await create({ user: 'none' })).note).to.equal(
      'Agent and tests run as you on this machine (as configured).',
    );
  });

  if (!isRoot) {
    it('refuses when a user was demanded', async () => {
      const error = await createSandbox({ user: 'kiro', runDirectory: directory }).catch((thrown: Error) => thrown);
      expect(error).to.be.an('error').with.property('message').that.contains('UNTRUSTED_USER');
    });
  }

  /** With `/tmp` of its own where this machine lets root make that, and as where it does not. */
  for (const programs of isRoot ? [{}, { unshare: [] }] : []) {
    const create = (options: Partial<SandboxOptions> = {}) => createAny({ programs, ...options });
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

      it('is not the environment of another program that root runs', async () => {
        const sandbox = await create();
        const other = await createSandbox({ user: 'none', runDirectory: join(directory, 'other') });
        open.push(other);
        const running = runIn(other, ['sleep', '60'], { KIRO_API_KEY: 'ksk_planted-1234567' });
        await waitUntil(() => processesOfHome(other.home).length > 0, 'the other program runs');
        const [pid] = processesOfHome(other.home);
        expect(
          await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', `/proc/${pid}/environ`),
        ).to.equal(true);
        await other.end();
        await running;
      });

      it('is not what the worker keeps to itself', async () => {
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

      it('is not what was hidden, though it was open before', async () => {
        const shared = join(directory, 'shared');
        mkdirSync(shared, { mode: 0o755 });
        writeFileSync(join(shared, 'env.sh'), 'export TOKEN=planted', { mode: 0o644 });
        const sandbox = await create({ hide: [shared, join(directory, 'not-there')] });
        expect(
          await isRefused(sandbox, 'require("fs").readFileSync(process.argv[1])', join(shared, 'env.sh')),
        ).to.equal(true);
      });

      it('is writable only where it was granted', async () => {
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

      it('does not grow by links in a granted folder', async () => {
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

      it('cannot include what it could not get to, and says where it is stopped', async () => {
        const closed = join(directory, 'closed');
        mkdirSync(join(closed, 'workspace'), { recursive: true });
        chmodSync(closed, 0o700);
        const sandbox = await create();
        const error = await sandbox.grant(join(closed, 'workspace')).catch((thrown: Error) => thrown);
        expect(error).to.be.an('error').with.property('message').that.contains(`enter ${closed}.`);
      });

      it('is no place where it could leave something for others: files, sockets, shared memory', async () => {
        const sandbox = await create();
        const { uid } = statSync(sandbox.home);
        const name = `left-${process.pid}`;
        const leave = `for folder in /tmp /var/tmp /dev/shm "$TMPDIR"; do
            if [ -e $folder/${name} ]; then echo "found in $folder"; fi
            mkdir -p $folder/${name}/node-compile-cache && echo $folder
          done; ipcmk -M 100 >/dev/null; ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null; ipcs | grep -c ' 644 '`;
        for (const run of [1, 2]) {
          const { stdoutTail, stderrTail } = await runIn(sandbox, ['sh', '-c', leave]);
          expect(stderrTail).to.equal('');
          expect(stdoutTail, `run ${run}`).to.match(/^\/tmp\n\/var\/tmp\n\/dev\/shm\n(found in \/tmp\n)?\/.*\n3\n$/);
          for (const folder of ['/tmp', '/var/tmp', '/dev/shm'])
            expect(existsSync(join(folder, name)), folder).to.equal(false);
          for (const kind of ['shm', 'msg', 'sem'])
            expect(readFileSync(`/proc/sysvipc/${kind}`, 'utf8'), kind).not.to.match(new RegExp(`\\s${uid}\\s`));
        }
      });

      it('is none of the folders of the PATH that it may not enter', async () => {
        const closed = join(directory, 'closed');
        mkdirSync(join(closed, 'shims'), { recursive: true });
        chmodSync(closed, 0o700);
        writeFileSync(join(closed, 'shims', 'sleep'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
        const sandbox = await create();
        const env = { PATH: `${join(closed, 'shims')}:${process.env.PATH}`, HOME: sandbox.home };
        const request = { cwd: sandbox.home, env, timeoutMs: 60_000 };
        expect(await sandbox.run({ ...request, command: ['sleep', '0'] })).to.include({ exitCode: 0 });
      });

      it('is its folder as deep as it likes, with names that are no UTF-8, and all of that goes with the run', async () => {
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
      });
    });
  }

  if (isRoot) {
    it('outruns a program that always moves on to a new process', async () => {
      const sandbox = await create();
      const uid = statSync(sandbox.home).uid;
      const hop = join(sandbox.home, 'hop.sh');
      writeFileSync(hop, 'sh "$0" & exit\n');
      expect(await runIn(sandbox, ['sh', '-c', `for n in 1 2 3 4 5 6; do setsid sh ${hop}; done`])).to.include({
        exitCode: 0,
      });
      const looks = Array.from({ length: 5 }, () => processesOfUser(uid));
      expect(looks).to.deep.equal([[], [], [], [], []]);
    });

    it('gives runs at the same time users of their own, and the end of one leaves the others alone', async () => {
      const idOf = async (sandbox: LocalSandbox) => (await runIn(sandbox, ['id', '-u'])).stdoutTail.trim();
      const first = await create({ runDirectory: join(directory, 'a') });
      const second = await create({ runDirectory: join(directory, 'b') });
      const ids = [await idOf(first), await idOf(second)];
      expect(new Set([...ids, '0']).size).to.equal(3);
      const stays = runScript(second, `${daemon}\nsetInterval(() => {}, 1000)`);
      await waitUntil(() => existsSync(join(second.home, 'daemon')), 'the daemon runs');
      await first.close();
      expect(processesOfUser(Number(ids[1])).length, 'the end of one does not touch the other').to.be.greaterThan(1);
      expect([ids[1], '0']).not.to.include(await idOf(await create({ runDirectory: join(directory, 'c') })));
      await second.end();
      await stays;
    });

    it('refuses users that will not do', async () => {
      for (const [user, why] of [
        ['root', 'it has all rights'],
        ['no such user', 'it is not a name'],
        ['-x', 'it is not a name'],
      ] as const) {
        const error = await createSandbox({ user, runDirectory: join(directory, 'run') }).catch(
          (thrown: Error) => thrown,
        );
        expect(error, user).to.be.an('error').with.property('message').that.contains(why);
      }
    });

    it('never falls back to root: it says what is in the way and what to set', async () => {
      const closed = join(directory, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const program = join(closed, 'agent.mjs');
      writeFileSync(program, '');
      for (const request of [
        { runDirectory: join(directory, 'run'), mustReach: [program] },
        { runDirectory: join(closed, 'run') },
      ]) {
        for (const user of [{}, { user: DEMANDED_USER }]) {
          const error = await createSandbox({ ...request, ...user }).catch((thrown: Error) => thrown);
          expect(error).to.be.an('error').with.property('code', 'AGENT_SETUP_INVALID');
          expect(error).to.have.property('message').that.contains(`It may not enter ${closed}.`);
          expect(error).to.have.property('message').that.contains('UNTRUSTED_USER=none');
        }
        expect((await create({ ...request, user: 'none' })).isolation).to.equal('none');
      }
    });

    it('starts a program from a closed folder, which stays closed, and lets nobody change it', async () => {
      const closed = join(directory, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const program = join(closed, 'agent');
      writeFileSync(program, '#!/bin/sh\nexec "$(dirname "$0")/agent-chat"\n', { mode: 0o755 });
      writeFileSync(join(closed, 'agent-chat'), '#!/bin/sh\necho "here as $(id -u)"\n', { mode: 0o700 });
      const sandbox = await create({ mustReach: [program] });
      expect((await runIn(sandbox, [program])).stdoutTail.trim()).to.equal(`here as ${statSync(sandbox.home).uid}`);
      expect(statSync(closed).mode & 0o777).to.equal(0o700);
      expect(statSync(join(closed, 'agent-chat')).mode & 0o777).to.equal(0o700);
      const programs = join(directory, 'run', 'programs');
      const attempt = 'for (const file of process.argv.slice(1)) require("fs").accessSync(file, 2)';
      for (const file of [
        programs,
        join(programs, 'bin'),
        join(programs, 'bin', 'agent'),
        join(programs, 'bin', 'agent-chat'),
      ]) {
        const script = `try { ${attempt}; console.log('writable'); } catch (error) { console.log(error.code); }`;
        expect((await runScript(sandbox, script, file)).stdoutTail.trim(), file).to.equal('EACCES');
      }
      await sandbox.close();
      expect(existsSync(programs)).to.equal(false);
    });

    it('lets the agent work in a granted folder with its key alone', async () => {
      const workspace = join(directory, 'run', 'workspace');
      mkdirSync(workspace, { recursive: true });
      const cliPath = join(directory, 'scripted-kiro.mjs');
      copyFileSync('test/fixtures/scripted-kiro.mjs', cliPath);
      const sandbox = await create({ user: DEMANDED_USER, mustReach: [cliPath] });
      await sandbox.grant(workspace);
      const agent = createKiroAgent({ sandbox, cliPath, apiKey: async () => 'ksk_planted-1234567', engine: 'v3' });
      await agent.prepare();
      const limits = { timeoutMs: 120_000, silenceMs: 120_000, creditLimit: null };
      const result = await agent.run({ prompt: 'Make it', cwd: workspace, ...limits, onProgress: () => {} });
      expect(result).to.include({ kind: 'finished', credits: 0.5 });
      expect(lstatSync(join(workspace, 'src')).uid).not.to.equal(0);
    });
  }
});
