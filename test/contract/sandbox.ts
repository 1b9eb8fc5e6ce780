import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { processesOfHome } from '../../src/adapters/process/process-table.ts';
import type { ProcessRequest, Sandbox } from '../../src/core/ports/process.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { isRunning, waitUntil } from '../process-state.ts';

export interface SandboxHarness {
  readonly sandbox: Sandbox;
  /** Folder of the run, in which the suite makes folders. */
  readonly runDirectory: string;
  close(): Promise<void>;
}

/** Starts a process in a session of its own that holds no stream, writes its id into HOME/daemon, and stays. */
const DAEMON = `
  const { spawn } = require('child_process');
  const inner = "require('fs').writeFileSync(process.env.HOME + '/daemon', String(process.pid)); setInterval(() => {}, 1000)";
  const outer = "require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' }).unref()";
  spawn(process.execPath, ['-e', outer, inner], { detached: true, stdio: 'ignore' }).unref();
  const wait = setInterval(() => { if (require('fs').existsSync(process.env.HOME + '/daemon')) clearInterval(wait); }, 5);`;

/** What every Sandbox promises, whoever the programs run as. */
export function sandboxContract(name: string, open: () => Promise<SandboxHarness>): void {
  describe(`sandbox: ${name}`, () => {
    let harness: SandboxHarness;
    let sandbox: Sandbox;
    beforeEach(async () => {
      harness = await open();
      sandbox = harness.sandbox;
    });
    afterEach(() => harness.close());

    const run = (script: string, request: Partial<ProcessRequest> = {}) =>
      sandbox.run({
        command: [process.execPath, '-e', script],
        cwd: sandbox.home,
        env: { PATH: process.env.PATH ?? '', HOME: sandbox.home },
        timeoutMs: 120_000,
        ...request,
      });
    /** Its memory is gone at once; the process itself may take a moment. */
    const expectDaemonGone = () => {
      const pid = Number(readFileSync(join(sandbox.home, 'daemon'), 'utf8'));
      // In a namespace of its own the number means another process; there the home tells.
      if (sandbox.isolation !== 'namespace') return waitUntil(() => !isRunning(pid), 'the daemon is gone');
      return waitUntil(() => processesOfHome(sandbox.home).length === 0, 'the daemon is gone');
    };

    it('starts with an empty home, says how well it separates, and separates so', async () => {
      expect(readdirSync(sandbox.home)).to.deep.equal([]);
      const look = `const fs = require('fs');
        console.log(process.getuid(), fs.readlinkSync('/proc/self/ns/pid'))`;
      const [uid, namespace] = (await run(look)).stdoutTail.trim().split(' ');
      const isOther = Number(uid) !== process.getuid?.();
      const isApart = process.platform !== 'linux' || namespace !== readlinkSync('/proc/self/ns/pid');
      expect(sandbox.isolation).to.equal(isOther ? 'user' : isApart ? 'namespace' : 'none');
    });

    itInRehearsal('has the same home for Java, which takes its own from the account', async () => {
      const look = `const home = () => { try { return require('os').userInfo().homedir; } catch { return null; } };
        console.log(JSON.stringify([home(), process.env.JAVA_TOOL_OPTIONS ?? '']))`;
      const [account, options] = JSON.parse((await run(look)).stdoutTail);
      if (account !== sandbox.home) expect(options).to.equal(`-Duser.home=${sandbox.home}`);
      else expect(options).to.equal('');
    });

    itInRehearsal('has room in the path of a socket in its temporary folder for a name of 40 characters', async () => {
      const listen = `require('net').createServer().listen(require('path').join(require('os').tmpdir(), 's'.repeat(40)), () => {
        console.log('listens'); process.exit(); })`;
      expect((await run(listen)).stdoutTail.trim()).to.equal('listens');
    });

    it('gives a program its command line, working folder, environment and input, and nothing else', async () => {
      process.env.PLANTED_TOKEN = 'planted';
      const script = `let input = ''; process.stdin.on('data', (data) => { input += data; }).on('end', () =>
        console.log(JSON.stringify([process.argv[1], process.cwd(), process.env.ONE, process.env.PLANTED_TOKEN, input])));`;
      const { stdoutTail, exitCode, endedBy } = await run('', {
        command: [process.execPath, '-e', script, '$HOME; "x"'],
        env: { PATH: process.env.PATH ?? '', ONE: 'two words' },
        stdin: 'line one\nline two',
      }).finally(() => delete process.env.PLANTED_TOKEN);
      expect({ exitCode, endedBy }).to.deep.equal({ exitCode: 0, endedBy: 'exit' });
      expect(JSON.parse(stdoutTail)).to.deep.equal([
        '$HOME; "x"',
        sandbox.home,
        'two words',
        null,
        'line one\nline two',
      ]);
    });

    it('reports lines as they come, the end of both streams, and the exit code', async () => {
      const lines: string[] = [];
      const result = await run("console.log('out 1\\nout 2'); console.error('err 1'); process.exitCode = 7", {
        onStdoutLine: (line) => lines.push(line),
        onStderrLine: (line) => lines.push(`! ${line}`),
      });
      expect(result).to.include({ exitCode: 7, signal: null, endedBy: 'exit' });
      expect(lines.sort()).to.deep.equal(['! err 1', 'out 1', 'out 2']);
      expect(result.stdoutTail).to.include('out 2');
      expect(result.stderrTail).to.include('err 1');
    });

    itInRehearsal('keeps the last 64 KiB of endless output', async () => {
      const { stdoutTail } = await run("for (let n = 0; n < 20000; n += 1) console.log('line ' + n)");
      expect(Buffer.byteLength(stdoutTail)).to.be.at.most(64 * 1024 + 100);
      expect(stdoutTail.trimEnd().endsWith('line 19999')).to.equal(true);
    });

    it('ends a program that takes too long, says nothing, or is to stop', async () => {
      const forever = 'setInterval(() => {}, 1000)';
      expect((await run(`setInterval(() => console.log('.'), 20)`, { timeoutMs: 500 })).endedBy).to.equal('timeout');
      expect((await run(forever, { silenceMs: 300 })).endedBy).to.equal('silence');
      const stop = new AbortController();
      const stopped = await run(`console.log('here'); ${forever}`, {
        signal: stop.signal,
        onStdoutLine: () => stop.abort(),
      });
      expect(stopped.endedBy).to.equal('abort');
      expect((await run("require('fs').writeFileSync('made', '')", { signal: AbortSignal.abort() })).endedBy).to.equal(
        'abort',
      );
      expect(existsSync(join(sandbox.home, 'made'))).to.equal(false);
    });

    itInRehearsal('says that a program cannot be started, and which', async () => {
      const result = await run('', { command: ['no-such-program-anywhere'] });
      expect(result).to.include({ endedBy: 'spawn-failure', exitCode: null });
      expect(result.stderrTail).to.include('no-such-program-anywhere');
    });

    it('leaves nothing alive after a run, not even a daemon with a session of its own', async () => {
      expect(await run(DAEMON)).to.include({ exitCode: 0 });
      await expectDaemonGone();
    });

    it('ends everything that still runs', async () => {
      const running = run(`${DAEMON}\nsetInterval(() => {}, 1000)`);
      await waitUntil(() => existsSync(join(sandbox.home, 'daemon')), 'the daemon runs');
      await sandbox.end();
      expect((await running).signal).to.equal('SIGKILL');
      await expectDaemonGone();
      await sandbox.end();
      expect((await run("console.log('again')")).stdoutTail.trim()).to.equal('again');
    });

    itInRehearsal('lets programs write in a folder that was granted, and in what lies there already', async () => {
      const folder = join(harness.runDirectory, 'workspace');
      mkdirSync(join(folder, 'deep'), { recursive: true });
      writeFileSync(join(folder, 'deep', 'file'), 'old');
      await sandbox.grant(folder);
      const { exitCode, stderrTail } = await run(
        "const { writeFileSync } = require('fs'); writeFileSync('deep/file', 'new'); writeFileSync('deep/other', 'new');",
        { cwd: folder },
      );
      expect(exitCode, stderrTail).to.equal(0);
      expect(readFileSync(join(folder, 'deep', 'file'), 'utf8')).to.equal('new');
    });
  });
}
