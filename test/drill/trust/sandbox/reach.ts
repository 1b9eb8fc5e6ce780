import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createSandbox } from '../../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../../src/adapters/process/untrusted-environment.ts';
import { isWorkerError } from '../../../../src/core/errors.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { needsIsolation, needsRoot } from '../machine.ts';
import { inSandbox, type SandboxBench } from './bench.ts';

/** Prints `worked` when the statements do not throw; `target` is what they try. */
const tryOut = (statements: string) =>
  `const fs = require('fs'); const [target] = process.argv.slice(1); try { ${statements}; console.log('worked'); } catch { console.log('failed'); }`;

interface Reach {
  /** Makes what is tried; returns it, and whether the worker itself can do it. */
  set(bench: SandboxBench): Promise<{ target: string; proof: boolean; end?: () => Promise<void> }>;
  readonly script: string;
}

/** A program that the worker runs beside: a git command with the token in its environment. */
async function startNeighbour({
  trial,
}: SandboxBench): Promise<{ child: ChildProcess; token: string; end: () => Promise<void> }> {
  const token = `ghp_${trial.mark}`;
  const child = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, TOKEN: token }, stdio: 'ignore' });
  await once(child, 'spawn');
  const end = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { child, token, end };
}

const ofNeighbour = (file: string, script: string): Reach => ({
  async set(bench) {
    const { child, end } = await startNeighbour(bench);
    return { target: `/proc/${child.pid}/${file}`, proof: lstatSync(`/proc/${child.pid}`).isDirectory(), end };
  },
  script,
});

const ofFolder = (script: string, mode: number): Reach => ({
  async set({ folder, trial }) {
    const closed = path.join(folder, trial.random.word());
    mkdirSync(closed);
    const secret = path.join(closed, 'id_ed25519');
    writeFileSync(secret, 'planted', { mode: 0o600 });
    chmodSync(closed, mode);
    return { target: secret, proof: readFileSync(secret, 'utf8') === 'planted' };
  },
  script,
});

const REACHES: Readonly<Record<string, Reach>> = {
  'environment-of-a-neighbour': ofNeighbour('environ', 'fs.readFileSync(target)'),
  'memory-of-a-neighbour': ofNeighbour('mem', 'fs.openSync(target, "r")'),
  'descriptors-of-a-neighbour': ofNeighbour('fd', 'fs.readdirSync(target)'),
  'folder-of-a-neighbour': ofNeighbour('cwd', 'fs.readdirSync(target + "/")'),
  'root-of-a-neighbour': ofNeighbour('root', 'fs.readdirSync(target + "/")'),
  'signal-to-a-neighbour': ofNeighbour('', 'process.kill(Number(target.split("/")[2]), 0)'),
  'signal-to-the-worker': {
    set: async () => ({ target: String(process.pid), proof: true }),
    script: 'process.kill(Number(target), "SIGTERM")',
  },
  'secret-in-a-closed-folder': ofFolder('fs.readFileSync(target)', 0o700),
  'names-in-a-closed-folder': ofFolder('fs.readdirSync(require("path").dirname(target))', 0o700),
  'secret-in-an-open-folder': ofFolder('fs.readFileSync(target)', 0o755),
  'new-file-of-the-worker': ofFolder('fs.writeFileSync(target + ".new", "x")', 0o755),
  'renamed-file-of-the-worker': ofFolder('fs.renameSync(target, target + "2")', 0o755),
  'agent-of-ssh': {
    async set({ folder }) {
      const closed = path.join(folder, 'agent');
      mkdirSync(closed, { mode: 0o700 });
      const server = createServer((connection) => connection.destroy()).listen(path.join(closed, 'socket'));
      await once(server, 'listening');
      const end = async () => void (await new Promise((resolve) => server.close(resolve)));
      return { target: path.join(closed, 'socket'), proof: server.listening, end };
    },
    script: `require('child_process').execFileSync(process.execPath, ['-e', "const c = require('net').connect(process.argv[1]); c.on('connect', () => process.exit(0)); c.on('error', () => process.exit(1))", target], { stdio: 'ignore' })`,
  },
  'the-running-node': {
    set: async () => ({ target: process.execPath, proof: true }),
    script: 'fs.closeSync(fs.openSync(fs.realpathSync(process.execPath), "r+"))',
  },
  'the-folder-of-the-run': {
    set: async ({ sandbox }) => ({ target: path.join(path.dirname(sandbox.home), 'new'), proof: true }),
    script: 'fs.writeFileSync(target, "x"); fs.statSync(target)',
  },
};

async function expectOutOfReach(trial: Trial, { set, script }: Reach): Promise<void> {
  await inSandbox(trial, {}, async (bench) => {
    const { target, proof, end } = await set(bench);
    try {
      const said = await bench.runScript(tryOut(script), target);
      if (proof && said !== '') trial.strike();
      trial.check(said === 'failed', `an untrusted program reached it: ${said}`);
    } finally {
      await end?.();
    }
  });
}

async function hasNoPrivileges(trial: Trial): Promise<void> {
  await inSandbox(trial, {}, async ({ run, sandbox }) => {
    const { stdoutTail } = await run(['cat', '/proc/self/status']);
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(stdoutTail)?.[1] ?? '';
    if (field('CapEff') !== '') trial.strike();
    trial.check(/^0+$/.test(field('CapEff')), `it has capabilities: ${field('CapEff')}`);
    if (sandbox.isolation !== 'user') return;
    const users = new Set(field('Uid').split(/\s+/));
    trial.check(users.size === 1 && !users.has('0'), `it runs as ${field('Uid')}`);
  });
}

/** The environment of the worker holds what a CodeBuild container has. */
async function getsNoSecret(trial: Trial): Promise<void> {
  const token = `ghp_${trial.mark}`;
  const from = {
    ...process.env,
    GITHUB_TOKEN: token,
    KIRO_API_KEY: token,
    AWS_SECRET_ACCESS_KEY: token,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/${token}`,
    HTTPS_PROXY: `http://user:${token}@127.0.0.1:9`,
    [trial.random.word()]: token,
    GIT_ASKPASS: token,
    LD_PRELOAD: token,
    NODE_OPTIONS: `--require=${token}`,
  };
  await inSandbox(trial, {}, async ({ run, sandbox }) => {
    const { stdoutTail } = await run(['env'], { env: untrustedEnvironment({ home: sandbox.home, from }) });
    if (stdoutTail.includes('HOME=')) trial.strike();
    trial.check(!stdoutTail.includes(token), 'the environment holds a secret of the worker');
  });
}

/** A granted folder holds links to what is the worker's. */
const LINKS: Readonly<Record<string, (link: { secret: string; at: string }) => void>> = {
  'by-a-link': ({ secret, at }) => symlinkSync(secret, at),
  'by-a-hard-link': ({ secret, at }) => linkSync(secret, at),
  'by-a-link-to-a-folder': ({ secret, at }) => symlinkSync(path.dirname(secret), at),
};

async function doesNotGrow(trial: Trial, makeLink: (link: { secret: string; at: string }) => void): Promise<void> {
  await inSandbox(trial, {}, async ({ sandbox, folder, runScript }) => {
    const secret = path.join(folder, 'kept', 'secret');
    mkdirSync(path.dirname(secret), { mode: 0o700 });
    writeFileSync(secret, 'planted', { mode: 0o600 });
    const workspace = path.join(folder, 'run', 'workspace');
    const at = path.join(workspace, trial.random.folders(2), trial.random.name());
    mkdirSync(path.dirname(at), { recursive: true });
    makeLink({ secret, at });
    await sandbox.grant(workspace);
    trial.strike();
    trial.check(
      lstatSync(secret).uid === 0 && lstatSync(path.dirname(secret)).uid === 0,
      'what lies behind a link was handed over',
    );
    const said = await runScript(
      tryOut('fs.readFileSync(fs.statSync(target).isDirectory() ? target + "/secret" : target)'),
      at,
    );
    trial.check(said === 'failed', 'what lies behind a link can be read');
  });
}

/** Users that nothing may run as. */
const NO_USERS: Readonly<Record<string, string>> = {
  root: 'root',
  'the-number-of-root': '0',
  'an-option': '-o',
  'a-path': '../root',
  blank: ' ',
};

async function isRefused(trial: Trial, user: string): Promise<void> {
  const runDirectory = path.join(trial.folder, 'run');
  mkdirSync(runDirectory);
  const failure = await createSandbox({ runDirectory, user }).then(
    (sandbox) => sandbox.close().then(() => null),
    (error: unknown) => error,
  );
  trial.strike();
  trial.check(
    isWorkerError(failure, 'CONFIG_INVALID') || isWorkerError(failure, 'AGENT_SETUP_INVALID'),
    `it gave ${failure}`,
  );
}

export const REACH: readonly Attempt[] = [
  ...attemptsOf('reach', { rows: REACHES, perform: expectOutOfReach, obstacle: needsIsolation }),
  ...attemptsOf('grant', { rows: LINKS, perform: doesNotGrow, obstacle: needsRoot }),
  { key: 'reach/privileges', obstacle: needsIsolation, perform: hasNoPrivileges },
  { key: 'reach/secrets-in-its-environment', obstacle: needsIsolation, perform: getsNoSecret },
  ...attemptsOf('user', { rows: NO_USERS, perform: isRefused }),
];
