import { copyFileSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { waitUntil } from '../../../test/process-state.ts';
import { DAEMON, openSandboxScene, runIn, runScript, type SandboxScene } from '../../../test/support/scenes/sandbox.ts';
import { createKiroAgent } from '../agents/kiro.ts';
import { processesOfUser } from './process-table.ts';
import { createSandbox, type LocalSandbox } from './sandbox.ts';

const isLinux = process.platform === 'linux';
/** One that other runs on this machine hardly ever take of themselves, nor other runs of these tests. */
const DEMANDED_USER = `kiro-untrusted-${10 + (process.pid % 7)}`;
const isRoot = isLinux && process.getuid?.() === 0;

// Only root can give a program a user of its own.
if (isRoot) describe('a sandbox with a user of its own', describeOwnUser);

function describeOwnUser() {
  let scene: SandboxScene;
  let directory: string;

  beforeEach(() => {
    scene = openSandboxScene();
    ({ directory } = scene);
  });
  afterEach(() => scene.close());

  it('outruns a program that always moves on to a new process', async () => {
    const sandbox = await scene.create();
    const uid = statSync(sandbox.home).uid;
    const hop = join(sandbox.home, 'hop.sh');
    writeFileSync(hop, 'sh "$0" & exit\n');
    expect(
      await runIn(sandbox, { command: ['sh', '-c', `for n in 1 2 3 4 5 6; do setsid sh ${hop}; done`] }),
    ).to.include({
      exitCode: 0,
    });
    const looks = Array.from({ length: 5 }, () => processesOfUser(uid));
    expect(looks).to.deep.equal([[], [], [], [], []]);
  });

  it('gives runs at the same time users of their own, and the end of one leaves the others alone', async () => {
    const idOf = async (sandbox: LocalSandbox) => (await runIn(sandbox, { command: ['id', '-u'] })).stdoutTail.trim();
    const first = await scene.create({ runDirectory: join(directory, 'a') });
    const second = await scene.create({ runDirectory: join(directory, 'b') });
    const ids = [await idOf(first), await idOf(second)];
    expect(new Set([...ids, '0']).size).to.equal(3);
    const stays = runScript(second, `${DAEMON}\nsetInterval(() => {}, 1000)`);
    await waitUntil(() => existsSync(join(second.home, 'daemon')), 'the daemon runs');
    await first.close();
    expect(processesOfUser(Number(ids[1])).length, 'the end of one does not touch the other').to.be.greaterThan(1);
    expect([ids[1], '0']).not.to.include(await idOf(await scene.create({ runDirectory: join(directory, 'c') })));
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
      expect((await scene.create({ ...request, user: 'none' })).isolation).to.equal('none');
    }
  });

  it('starts a program from a closed folder, which stays closed, and lets nobody change it', async () => {
    const closed = join(directory, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const program = join(closed, 'agent');
    writeFileSync(program, '#!/bin/sh\nexec "$(dirname "$0")/agent-chat"\n', { mode: 0o755 });
    writeFileSync(join(closed, 'agent-chat'), '#!/bin/sh\necho "here as $(id -u)"\n', { mode: 0o700 });
    const sandbox = await scene.create({ mustReach: [program] });
    expect((await runIn(sandbox, { command: [program] })).stdoutTail.trim()).to.equal(
      `here as ${statSync(sandbox.home).uid}`,
    );
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
    const sandbox = await scene.create({ user: DEMANDED_USER, mustReach: [cliPath] });
    await sandbox.grant(workspace);
    const agent = createKiroAgent({ sandbox, cliPath, apiKey: async () => 'ksk_planted-1234567', engine: 'v3' });
    await agent.prepare();
    const limits = { timeoutMs: 120_000, silenceMs: 120_000, creditLimit: null };
    const result = await agent.run({ prompt: 'Make it', cwd: workspace, ...limits, onProgress: () => {} });
    expect(result).to.include({ kind: 'finished', credits: 0.5 });
    expect(lstatSync(join(workspace, 'src')).uid).not.to.equal(0);
  });
}
