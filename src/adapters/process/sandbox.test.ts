import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { isRunning, waitUntil } from '../../../test/process-state.ts';
import { DAEMON, openSandboxScene, runIn, runScript, type SandboxScene } from '../../../test/support/scenes/sandbox.ts';
import { processesOfHome } from './process-table.ts';
import { createSandbox } from './sandbox.ts';
import { reachableEnvironment, untrustedEnvironment } from './untrusted-environment.ts';

const isLinux = process.platform === 'linux';
const isRoot = isLinux && process.getuid?.() === 0;

describe('sandbox', () => {
  let scene: SandboxScene;
  let directory: string;

  beforeEach(() => {
    scene = openSandboxScene();
    ({ directory } = scene);
  });
  afterEach(() => scene.close());

  for (const options of isRoot ? [{}, { user: 'none' }] : [{ user: 'none' }]) {
    describe(options.user === 'none' ? 'run as you' : 'under a user of its own', () => {
      it('starts with an empty home and temporary folder that only its user may enter', async () => {
        const sandbox = await scene.create(options);
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
        const sandbox = await scene.create(options);
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
        const sandbox = await scene.create(options);
        expect(await runScript(sandbox, DAEMON)).to.include({ exitCode: 0 });
        expect(existsSync(join(sandbox.home, 'daemon'))).to.equal(true);
        if (isLinux) expect(processesOfHome(sandbox.home)).to.deep.equal([]);
      });

      it('ends what still runs when asked to', async () => {
        const sandbox = await scene.create(options);
        const running = runScript(sandbox, `${DAEMON}\nsetInterval(() => {}, 1000)`);
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

      it('reports a program that cannot be started', async () => {
        const sandbox = await scene.create(options);
        const result = await runIn(sandbox, { command: ['kiro-no-such-program'] });
        expect(result).to.include({ endedBy: 'spawn-failure', exitCode: null });
        expect(result.stderrTail).to.contain('kiro-no-such-program');
      });
    });
  }

  it('says plainly as whom it runs', async () => {
    expect((await scene.create({ user: 'none' })).note).to.equal(
      'Agent and tests run as you on this machine (as configured).',
    );
  });

  if (!isRoot) {
    it('refuses when a user was demanded', async () => {
      const error = await createSandbox({ user: 'kiro', runDirectory: directory }).catch((thrown: Error) => thrown);
      expect(error).to.be.an('error').with.property('message').that.contains('UNTRUSTED_USER');
    });
  }
});
