import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createDirectoryArtifacts } from '../../adapters/local/directory-artifacts.ts';
import { createSqliteLockStore } from '../../adapters/local/sqlite-lock-store.ts';
import { createSandbox } from '../../adapters/process/sandbox.ts';
import { createToolchains } from '../../adapters/process/tools/toolchains.ts';
import { untrustedEnvironment } from '../../adapters/process/untrusted-environment.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { WorkerError } from '../../core/errors.ts';
import { RECORD_KEYS } from '../../core/lifecycle/stored-row.ts';
import { parseSelfTestReport, SELF_TEST_FILE } from '../../core/setup/self-test-report.ts';
import { runSelfTest } from './self-test.ts';
import type { SelfTestPorts, SelfTestSettings } from './self-test-parts.ts';

const SECRET = 'ghp_a_value_that_must_not_be_printed';

describe('a self-test build', () => {
  let folder: string;
  let locks: ReturnType<typeof createSqliteLockStore>;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kiro-self-test-'));
    // Every user must be able to enter the run's folder.
    chmodSync(folder, 0o711);
    locks = createSqliteLockStore({ file: path.join(folder, 'locks.sqlite') });
  });
  afterEach(() => {
    locks.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As on this machine; `user: none` is a place that separates nothing. */
  async function openSandbox(user?: string, PATH?: string) {
    const own = path.join(folder, 'run', 'private');
    mkdirSync(own, { recursive: true });
    const privateFile = path.join(own, 'self-test');
    writeFileSync(privateFile, 'private');
    const sandbox = await createSandbox({
      runDirectory: path.join(folder, 'run'),
      hide: [own],
      ...(user === undefined ? {} : { user }),
    });
    const usual = untrustedEnvironment({ home: sandbox.home });
    const commandEnvironment = PATH === undefined ? usual : { ...usual, PATH };
    const links = path.join(folder, 'run', 'tools');
    const toolchains = createToolchains({ sandbox, commandEnvironment, links });
    return { sandbox, commandEnvironment, privateFile, toolchains, agent: null, close: () => sandbox.close() };
  }

  async function run(changes: { ports?: Partial<SelfTestPorts>; settings?: Partial<SelfTestSettings> } = {}) {
    const prefix = 'test/build-1';
    const ports: SelfTestPorts = {
      secrets: {
        githubToken: async () => SECRET,
        gitCredentials: async () => ({ username: 'git', password: SECRET }),
        kiroApiKey: async () => SECRET,
        agentKey: async () => SECRET,
      },
      readConfig: async () => ({
        text: '{"organization":"acme","repository":"slugs","projectNumber":7}',
        source: 'here',
      }),
      locks,
      artifacts: createDirectoryArtifacts({ directory: folder, prefix }),
      openSandbox: () => openSandbox(),
      clock: systemClock,
      redact: (text) => text.replaceAll(SECRET, '***'),
      ...changes.ports,
    };
    const agent = { cliPath: process.execPath, cliProblem: null };
    const settings = { environment: 'test', buildId: 'build:1', needsOwnUser: false, agent, ...changes.settings };
    const isWell = await runSelfTest({ settings, ports }, () => undefined);
    const text = readFileSync(path.join(folder, prefix, SELF_TEST_FILE), 'utf8');
    expect(text).to.not.include(SECRET);
    const checks = parseSelfTestReport(text);
    return { isWell, stateOf: (name: string) => checks.find((check) => check.name === name)?.state, checks };
  }

  it('tries secrets, configuration, the untrusted user, tools and a lock, and stores what it found', async () => {
    const { isWell, checks, stateOf } = await run();
    const wrong = checks.filter(({ state }) => state === 'failed' || state === 'unknown');
    expect(wrong).to.deep.equal([]);
    expect(isWell).to.equal(true);
    for (const name of ['bundle', 'github-token', 'git-credentials', 'kiro-api-key', 'project configuration'])
      expect(stateOf(name), name).to.equal('passed');
    for (const name of ['untrusted user', 'node', 'git', 'Kiro CLI', 'lock'])
      expect(stateOf(name), name).to.equal('passed');
    expect(await locks.get(RECORD_KEYS.selfTest('test'))).to.include({ status: 'released' });
    expect(await locks.list()).to.deep.equal([]);
  });

  itInRehearsal(
    'fails where programs of a branch reach what is the worker’s, and where they run as nobody of their own',
    async () => {
      const open = await run({ ports: { openSandbox: () => openSandbox('none') } });
      expect(open.isWell).to.equal(false);
      expect(open.checks.find(({ name }) => name === 'untrusted user')?.detail).to.include(
        'can read the worker’s folder',
      );
      const asked = await run({
        ports: { openSandbox: () => openSandbox('none') },
        settings: { needsOwnUser: true },
      });
      expect(asked.checks.find(({ name }) => name === 'untrusted user')?.detail).to.include('isolation "none"');
    },
  );

  it('names a tool that every run needs and the machine lacks', async () => {
    const tools = path.join(folder, 'tools');
    mkdirSync(tools);
    for (const name of new Set(['/usr/bin', '/bin'].flatMap((place) => readdirSync(place))))
      if (!/^git/.test(name)) symlinkSync(path.join('/usr/bin', name), path.join(tools, name));
    const { isWell, checks, stateOf } = await run({ ports: { openSandbox: () => openSandbox(undefined, tools) } });
    expect(isWell).to.equal(false);
    expect(stateOf('untrusted user')).to.equal('passed');
    const git = checks.find(({ name }) => name === 'git');
    expect(git).to.include({ state: 'failed', remedy: 'Use an image that has git in /usr/bin.' });
  });

  it('names everything that is wrong at once', async () => {
    const missing = new WorkerError({
      code: 'SECRET_MISSING',
      what: `The secret ${SECRET} may not be read.`,
      remedy: 'Grant it.',
    });
    const secrets = {
      githubToken: async () => Promise.reject(missing),
      gitCredentials: async () => ({ username: 'git', password: SECRET }),
      kiroApiKey: async () => SECRET,
      agentKey: async () => SECRET,
    };
    const noSandbox = async () =>
      Promise.reject(new WorkerError({ code: 'CONFIG_INVALID', what: 'There is no such user.', remedy: 'Make it.' }));
    const { isWell, stateOf } = await run({
      ports: { secrets, readConfig: async () => null, openSandbox: noSandbox },
    });
    expect(isWell).to.equal(false);
    const failing = ['github-token', 'project configuration', 'untrusted user'];
    for (const name of failing) expect(stateOf(name), name).to.equal('failed');
    for (const name of ['git-credentials', 'lock']) expect(stateOf(name), name).to.equal('passed');
  });

  itInRehearsal('takes over a lock that a stopped self-test left held, once its lease has passed', async () => {
    const nowMs = Date.now();
    const lockKey = RECORD_KEYS.selfTest('test');
    const held = {
      lockKey,
      branch: 'self-test',
      workItemId: 'self-test',
      environment: 'test',
      owner: 'a',
      startToken: 'a',
    };
    await locks.acquire({ ...held, nowMs, leaseMs: 60_000, resetAttempts: true });
    expect((await run()).stateOf('lock')).to.equal('unknown');
    const later = { now: () => nowMs + 61_000 };
    expect((await run({ ports: { clock: later } })).stateOf('lock')).to.equal('passed');
  });
});
