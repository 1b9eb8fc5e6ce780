import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { isRunning, waitUntil } from '../../../test/process-state.ts';
import { killGroup, runSubprocess, type SubprocessRequest } from './subprocess.ts';

const env = { PATH: process.env.PATH ?? '' };

function runNode(script: string, request: Partial<SubprocessRequest> = {}) {
  return runSubprocess({
    command: [process.execPath, '-e', script],
    cwd: tmpdir(),
    env,
    timeoutMs: 120_000,
    graceMs: 100,
    ...request,
  });
}

describe('subprocess', () => {
  it('says how the process ended, with both streams apart', async () => {
    const result = await runNode('console.log("out"); console.error("err"); process.exit(3)');
    expect(result).to.include({ exitCode: 3, signal: null, endedBy: 'exit', stdoutTail: 'out\n', stderrTail: 'err\n' });
    expect(result.durationMs).to.be.greaterThan(0);
    expect(await runNode('process.kill(process.pid, "SIGKILL")')).to.include({ exitCode: null, signal: 'SIGKILL' });
  });

  it('gives exactly the environment it was given', async () => {
    const { stdoutTail } = await runNode('console.log(JSON.stringify(process.env))', { env: { ONLY: '1' } });
    expect(JSON.parse(stdoutTail)).to.deep.equal({ ONLY: '1' });
  });

  it('passes arguments and input on as they are, without a shell', async () => {
    const odd = '$(id) `id` ; && | > "x" \'y\' \n *';
    const script = 'process.stdin.pipe(process.stdout); process.stdin.on("end", () => console.log(process.argv[1]))';
    const { stdoutTail } = await runNode('', { command: [process.execPath, '-e', script, odd], stdin: 'ünï\n' });
    expect(stdoutTail).to.equal(`ünï\n${odd}\n`);
  });

  it('survives a child that never reads its input', async () => {
    expect(await runNode('process.exit(0)', { stdin: 'x'.repeat(5_000_000) })).to.include({
      exitCode: 0,
      endedBy: 'exit',
    });
    expect((await runNode('process.stdin.resume()')).endedBy, 'no input means end of input').to.equal('exit');
  });

  it('hands out lines whole, whatever the chunks, and long ones cut', async () => {
    const lines: string[] = [];
    const script = `
      const w = (t) => process.stdout.write(t);
      w('on'); setTimeout(() => { w('e\\r\\ntw'); w(Buffer.from([0xc3])); setTimeout(() => {
        w(Buffer.from([0xb6])); w('\\n\\n' + 'x'.repeat(3000000) + '\\nlast'); }, 10); }, 10);`;
    const result = await runNode(script, { onStdoutLine: (line) => lines.push(line) });
    expect(lines.map((line) => line.slice(0, 5))).to.deep.equal(['one', 'twö', '', 'xxxxx', 'last']);
    expect(lines[3])
      .to.have.length(1024 * 1024 + 15)
      .and.match(/ \.\.\. \[line cut\]$/);
    expect(result.stdoutTail.length).to.be.at.most(64 * 1024);
    expect(result.stdoutTail).to.match(/last$/);
  });

  it('hands out the last state of a long line that is drawn over and over', async () => {
    const lines: string[] = [];
    const script = `process.stdout.write('|'.repeat(40).concat('\\r').repeat(60000) + 'it failed\\r\\nlast')`;
    await runNode(script, { onStdoutLine: (line) => lines.push(line) });
    expect(lines.map((line) => line.split('\r').at(-1))).to.deep.equal(['it failed', 'last']);
  });

  it('keeps the last 64 KiB from the start of a line, without colours', async () => {
    const script = 'for (let n = 0; n < 20000; n++) console.log("\\u001b[31mline " + n + "\\u001b[0m")';
    const { stdoutTail } = await runNode(script);
    expect(stdoutTail)
      .to.match(/^line \d+\nline \d+\n/)
      .and.match(/\nline 19999\n$/);
    expect(stdoutTail.length).to.be.within(20_000, 64 * 1024);
  });

  it('ends a process after its time, and after its silence', async () => {
    expect(await runNode('setInterval(() => console.log(1), 20)', { timeoutMs: 250, silenceMs: 100_000 })).to.include({
      endedBy: 'timeout',
      signal: 'SIGTERM',
    });
    expect((await runNode('setInterval(() => {}, 1000)', { silenceMs: 150 })).endedBy).to.equal('silence');
    const talks = 'let n = 0; const t = setInterval(() => { console.error(n); if (++n > 9) clearInterval(t); }, 250)';
    expect((await runNode(talks, { silenceMs: 2_000 })).endedBy, 'either stream counts').to.equal('exit');
  });

  it('ends a process when asked to, at once when asked before', async () => {
    const stop = new AbortController();
    const running = runNode('console.log("up"); setInterval(() => {}, 1000)', {
      signal: stop.signal,
      onStdoutLine: () => stop.abort(),
    });
    expect((await running).endedBy).to.equal('abort');
    expect(await runNode('', { signal: AbortSignal.abort() })).to.include({ endedBy: 'abort', durationMs: 0 });
  });

  it('kills what ignores SIGTERM, its whole group with it', async () => {
    const child = 'process.on("SIGTERM", () => {}); console.log("child " + process.pid); setInterval(() => {}, 1000)';
    const script = `process.on("SIGTERM", () => {});
      require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "inherit" });
      setInterval(() => {}, 1000)`;
    const stop = new AbortController();
    let pid = 0;
    const result = await runNode(script, {
      signal: stop.signal,
      onStdoutLine(line) {
        pid = Number(line.split(' ')[1]);
        stop.abort();
      },
    });
    expect(result).to.include({ endedBy: 'abort', signal: 'SIGKILL' });
    await waitUntil(() => !isRunning(pid), `process ${pid} is gone`);
  });

  it('does not wait for grandchildren that hold the streams', async () => {
    const script = `const c = require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"],
      { stdio: "inherit", detached: true }); c.unref(); console.log(c.pid)`;
    const result = await runNode(script);
    killGroup(Number(result.stdoutTail), 'SIGKILL');
    expect(result).to.include({ exitCode: 0, endedBy: 'exit' });
    expect(result.durationMs).to.be.lessThan(50_000);
  });

  it('reports a program or folder that is not there, without throwing', async () => {
    const missing = await runNode('', { command: ['kiro-no-such-program'] });
    expect(missing).to.include({ endedBy: 'spawn-failure', exitCode: null });
    expect(missing.stderrTail).to.match(/kiro-no-such-program E(NOENT|ACCES)/);
    expect((await runNode('', { cwd: '/no/such/folder' })).stderrTail).to.contain('/no/such/folder does not exist');
    expect((await runNode('', { command: ['a\0b'] })).endedBy).to.equal('spawn-failure');
  });

  it('rethrows what a line callback threw, after the child is gone', async () => {
    let pid = 0;
    const failing = runNode('console.log(1); setInterval(() => {}, 1000)', {
      onStart: (started) => {
        pid = started;
      },
      onStdoutLine: () => {
        throw new Error('broken callback');
      },
    });
    const error = await failing.catch((thrown: Error) => thrown);
    expect(error).to.be.an('error').with.property('message', 'broken callback');
    await waitUntil(() => !isRunning(pid), `process ${pid} is gone`);
  });
});
