import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { isRunning, waitUntil } from '../../../test/process-state.ts';
import { sandboxScene } from '../../../test/support/scenes/sandbox.ts';
import { createKiroAgent } from '../agents/kiro.ts';
import { processesOfHome, processesOfUser } from './process-table.ts';
import { createSandbox, type LocalSandbox } from './sandbox.ts';
import { closedHomes } from './tools/closed-homes.ts';
import { reachableEnvironment, untrustedEnvironment } from './untrusted-environment.ts';

const isLinux = process.platform === 'linux';
/** One that other runs on this machine hardly ever take of themselves, nor other runs of these tests. */
const DEMANDED_USER = `kiro-untrusted-${10 + (process.pid % 7)}`;
const isRoot = isLinux && process.getuid?.() === 0;

describe('sandbox', () => {
  const { create, runIn, runScript, ...scene } = sandboxScene();
  let directory: string;
  beforeEach(() => {
    directory = scene.directory();
  });

  /** A child of a child in a session of its own, which writes its process id and holds no stream. */
  const daemon = `
    const { spawn } = require('child_process');
    const inner = "require('fs').writeFileSync(process.env.HOME + '/daemon', String(process.pid)); setInterval(() => {}, 1000)";
    const outer = "require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' }).unref()";
    spawn(process.execPath, ['-e', outer, inner], { detached: true, stdio: 'ignore' }).unref();
    const { existsSync } = require('fs');
    const wait = setInterval(() => { if (existsSync(process.env.HOME + '/daemon')) clearInterval(wait); }, 5);`;

  for (const options of isRoot ? telling(0, [{}, { user: 'none' }]) : [{ user: 'none' }]) {
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
        const { PATH = '', TMPDIR, JAVA_TOOL_OPTIONS, ...rest } = JSON.parse(stdoutTail);
        // The account's home, which Java takes for its own, is the run's only where it is the run's user.
        const javaHome = options.user === 'none' ? `-Duser.home=${sandbox.home}` : undefined;
        expect(JAVA_TOOL_OPTIONS).to.equal(javaHome);
        // Short enough for the path of a unix socket, 107 bytes.
        expect(TMPDIR).to.match(/^\/.{3,59}$/);
        const { PATH: allowed = '', ...whole } = untrustedEnvironment({ home: sandbox.home });
        const user = statSync(sandbox.home);
        const tools = closedHomes(user).flatMap((home) => home.tools);
        const { PATH: _, ...expected } =
          sandbox.isolation === 'user' ? reachableEnvironment(whole, { user, tools }) : { PATH: allowed, ...whole };
        expect(rest).to.deep.equal(expected);
        // Programs that were placed for the user come last, folders that it cannot enter are not there.
        const named = [...allowed.split(':'), join(directory, 'run', 'programs', 'bin')];
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

  if (isRoot) {
    itInRehearsal('outruns a program that always moves on to a new process', async () => {
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

    itInRehearsal(
      'lets programs that run at the same time share their temporary folder, and empties it when all have ended',
      async () => {
        const sandbox = await create();
        const meet = `const fs = require('fs'), os = require('os');
        fs.writeFileSync(os.tmpdir() + '/' + process.argv[1], '');
        const wait = setInterval(() => { if (fs.existsSync(os.tmpdir() + '/' + process.argv[2])) { clearInterval(wait); console.log('met'); setTimeout(() => {}, 50); } }, 5);`;
        const met = await Promise.all([runScript(sandbox, meet, 'a', 'b'), runScript(sandbox, meet, 'b', 'a')]);
        expect(met.map(({ stdoutTail }) => stdoutTail.trim())).to.deep.equal(['met', 'met']);
        const { stdoutTail } = await runScript(
          sandbox,
          'console.log(require("fs").readdirSync(require("os").tmpdir()).includes("a"))',
        );
        expect(stdoutTail.trim()).to.equal('false');
      },
    );

    itInRehearsal(
      'gives runs at the same time users of their own, and the end of one leaves the others alone',
      async () => {
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
      },
    );

    itInRehearsal('refuses users that will not do', async () => {
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
      for (const request of telling(1, [
        { runDirectory: join(directory, 'run'), mustReach: [program] },
        { runDirectory: join(closed, 'run') },
      ])) {
        for (const user of telling(1, [{}, { user: DEMANDED_USER }])) {
          const error = await createSandbox({ ...request, ...user }).catch((thrown: Error) => thrown);
          expect(error).to.be.an('error').with.property('code', 'AGENT_SETUP_INVALID');
          expect(error).to.have.property('message').that.contains(`It may not enter ${closed}.`);
          expect(error).to.have.property('message').that.contains('UNTRUSTED_USER=none');
        }
        expect((await create({ ...request, user: 'none' })).isolation).to.equal('none');
      }
    });

    itInRehearsal('starts a program from a closed folder, which stays closed, and lets nobody change it', async () => {
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
