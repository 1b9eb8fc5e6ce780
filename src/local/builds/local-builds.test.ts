import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import {
  CERTIFICATE_VARIABLES,
  LOCALE_VARIABLES,
  PROXY_VARIABLES,
  registryVariables,
  TOOLCHAIN_VARIABLES,
} from '../../adapters/process/machine-variables.ts';
import { TOOL_VARIABLES } from '../../adapters/process/tools/tool-places.ts';
import { createLocalBuilds, type LocalBuilds, type LocalBuildsOptions } from './local-builds.ts';

/** Where tools, proxies and certificates are: builds fail without them. */
const OF_THE_MACHINE = [
  ...TOOLCHAIN_VARIABLES,
  ...TOOL_VARIABLES,
  ...PROXY_VARIABLES,
  ...CERTIFICATE_VARIABLES,
  ...LOCALE_VARIABLES,
  ...Object.keys(registryVariables(process.env)),
  'JAVA_TOOL_OPTIONS',
];

describe('local builds', () => {
  let root: string;
  const opened: LocalBuilds[] = [];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'local-builds-'));
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((builds) => builds.close()));
    rmSync(root, { recursive: true });
  });

  const optionsOf = (commands: string[], more: Partial<LocalBuildsOptions> = {}): LocalBuildsOptions => ({
    root,
    releaseZip: zipSync({
      'buildspec.yml': strToU8(JSON.stringify({ version: 0.2, phases: { build: { commands } } })),
    }),
    projectVariables: {},
    concurrentBuildLimit: 1,
    buildTimeoutMs: 600_000,
    stopGraceMs: 100,
    ...more,
  });
  const open = (commands: string[], more: Partial<LocalBuildsOptions> = {}) => {
    const builds = createLocalBuilds(optionsOf(commands, more));
    opened.push(builds);
    return builds;
  };
  const start = async (builds: LocalBuilds, token = 'token', variables = {}) => {
    const result = await builds.start({ token, variables, release: null });
    if (result.kind !== 'started') throw new Error(result.kind);
    return result.build.id;
  };

  /** Another process that starts a build and waits; prints its number and the build's id. */
  const startElsewhere = async (commands: string[], more: Partial<LocalBuildsOptions> = {}) => {
    const { releaseZip, ...options } = optionsOf(commands, more);
    const zip = join(root, 'release.zip');
    writeFileSync(zip, releaseZip);
    const script = `
      import { createLocalBuilds } from ${JSON.stringify(new URL('./local-builds.ts', import.meta.url).href)};
      const builds = createLocalBuilds(${JSON.stringify({ ...options, releaseZip: zip })});
      const { build } = await builds.start({ token: 'token', variables: {}, release: null });
      console.log(build.id);
      await builds.waitForAll();`;
    const process_ = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(process_.stdout, 'data')) as [Buffer];
    return { process: process_, id: line.toString().trim() };
  };
  const untilFile = async (file: string) => {
    while (!readdirSync(root).includes(file)) await sleep(10);
  };

  it('hands its own PATH, the variables and nothing else of this process to the build', async () => {
    process.env.PLANTED_SECRET = 'planted';
    const builds = open(['env', 'command -v node', 'node --version'], { secretVariables: { TOKEN: 's3cret' } });
    const id = await start(builds, 'token', { A: 'b' });
    await builds.waitForAll();
    delete process.env.PLANTED_SECRET;
    const [build] = await builds.get([id]);
    const log = readFileSync(build?.logFile ?? '', 'utf8');
    expect(log).to.not.contain('planted');
    expect(log).to.contain('\nTOKEN=s3cret\n').and.to.contain('\nA=b\n');
    expect(log)
      .to.contain(`\n${join(dirname(process.execPath), 'node')}\n`)
      .and.to.contain(`\n${process.version}\n`);
    const names = [...log.matchAll(/^(\w+)=/gm)].map(([, name]) => name ?? '');
    const own = names.filter((name) => !name.startsWith('CODEBUILD_'));
    expect(own).to.have.members(
      [
        'A',
        'TOKEN',
        'START_TOKEN',
        'PATH',
        'PWD',
        'NODE_DISABLE_COMPILE_CACHE',
        'MACHINE_PATH',
        ...['HOME', 'TMPDIR', ...OF_THE_MACHINE].filter((name) => process.env[name]),
      ].concat(own.filter((name) => ['_', 'SHLVL', 'OLDPWD'].includes(name))),
    );
  });

  it('shows and keeps no secret', async () => {
    const builds = open(['true'], { secretVariables: { TOKEN: 's3cret' } });
    const id = await start(builds);
    await builds.waitForAll();
    expect(JSON.stringify([await builds.get([id]), await builds.find('token'), await builds.list(9)])).to.not.contain(
      's3cret',
    );
    await builds.close();
    opened.pop();
    for (const file of readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
      expect(readFileSync(join(file.parentPath, file.name)).includes('s3cret'), file.name).to.equal(false);
    }
  });

  it('passes on the output line by line, then the end, and leaves nothing but the log', async () => {
    const received: string[] = [];
    const builds = open(['echo one; sleep 0.15; echo two'], {
      onOutput: (_id, line) => void (line.startsWith('[') || received.push(line)),
      onEnd: ({ status }) => void received.push(status),
    });
    const id = await start(builds);
    await builds.waitForAll();
    expect(received).to.deep.equal(['one', 'two', 'SUCCEEDED']);
    expect(readdirSync(join(root, id.split(':')[1] ?? ''))).to.deep.equal(['build.log']);
  });

  it('works where every user may come, also for a folder that is closed, and leaves nothing there', async () => {
    chmodSync(root, 0o700);
    const lines: string[] = [];
    const builds = open(['[ "$PWD" = "$CODEBUILD_SRC_DIR" ] && pwd; ls -ld .'], {
      onOutput: (_id, line) => void (line.startsWith('[') || lines.push(line)),
    });
    await start(builds);
    await builds.waitForAll();
    const [place = '', rights] = lines;
    if (process.platform === 'linux' && process.getuid?.() === 0) {
      expect(place.startsWith(root)).to.equal(false);
      expect(rights).to.match(/^drwx--x--x.* root +root /);
    } else expect(place.startsWith(realpathSync(root))).to.equal(true);
    expect(existsSync(place)).to.equal(false);
    expect(statSync(root).mode & 0o777).to.equal(0o700);
  });

  it('throws from waitForAll what a listener threw', async () => {
    const builds = open(['true'], { onEnd: () => Promise.reject(new Error('listener failed')) });
    await start(builds);
    const error: unknown = await builds.waitForAll().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'listener failed');
  });

  it('numbers its builds and lists them, newest first', async () => {
    const builds = open(['true'], { concurrentBuildLimit: 3 });
    const ids = [await start(builds, '1'), await start(builds, '2'), await start(builds, '3')];
    await builds.waitForAll();
    const listed = await builds.list(2);
    expect(listed.map(({ id, number }) => [id, number])).to.deep.equal([
      [ids[2], 3],
      [ids[1], 2],
    ]);
  });

  it('refuses variables that no process can be given, naming each', async () => {
    const builds = open(['true']);
    const variables = { 'A-B': '1', C: 'nul \0 here', GOOD: 'x' };
    const error: unknown = await builds
      .start({ token: 't', variables, release: null })
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'BUILD_SERVICE_FAILED');
    expect(error).to.have.property('problems').with.length(2);
    expect(await builds.find('t')).to.equal(null);
  });

  it('stops its builds when it is closed', async () => {
    const builds = open(['sleep 600']);
    const id = await start(builds);
    await builds.close();
    opened.pop();
    const [build] = await open(['true']).get([id]);
    expect(build).to.include({ status: 'STOPPED', ended: true });
  });

  itInRehearsal('shares limit, tokens and builds with other processes, and stops a build of theirs', async () => {
    const other = await startElsewhere([`echo >"${join(root, 'started')}"; sleep 600`]);
    await untilFile('started');
    const builds = open(['true']);
    expect((await builds.start({ token: 'another', variables: {}, release: null })).kind).to.equal('at-capacity');
    expect(await start(builds, 'token')).to.equal(other.id);
    expect(await builds.find('token')).to.include({ id: other.id, status: 'IN_PROGRESS' });
    const exited = once(other.process, 'exit');
    await builds.stop(other.id);
    expect(await builds.find('token')).to.include({ status: 'STOPPED', ended: true });
    expect(await exited).to.deep.equal([0, null]);
  });

  itInRehearsal(
    'starts one build for a token and keeps to the limit when processes ask at the same moment',
    async () => {
      const { releaseZip, ...options } = optionsOf(['sleep 600']);
      const zip = join(root, 'release.zip');
      writeFileSync(zip, releaseZip);
      const script = `
      import { createLocalBuilds } from ${JSON.stringify(new URL('./local-builds.ts', import.meta.url).href)};
      const builds = createLocalBuilds(${JSON.stringify({ ...options, releaseZip: zip })});
      const results = [];
      for (const token of ['shared', String(process.pid)]) results.push(await builds.start({ token, variables: {}, release: null }));
      console.log(results.map((result) => result.build?.id ?? result.kind).join(' '));
      await builds.waitForAll();`;
      const all = [1, 2, 3].map(() => spawn(process.execPath, ['--input-type=module', '-e', script]));
      const exits = all.map((one) => once(one, 'exit'));
      const answers = await Promise.all(all.map(async (one) => String((await once(one.stdout, 'data'))[0]).trim()));
      const builds = open(['true']);
      const [only, ...others] = await builds.list(9);
      expect(others).to.deep.equal([]);
      expect(answers).to.deep.equal(Array(3).fill(`${only?.id} at-capacity`));
      await builds.stop(only?.id ?? '');
      await Promise.all(exits);
    },
  );

  itInRehearsal(
    'keeps a build whose runner was killed in progress while its processes work, then says how they ended',
    async () => {
      const other = await startElsewhere([
        `echo >"${join(root, 'started')}"; while [ ! -e "${join(root, 'go')}" ]; do sleep 0.02; done; exit 25`,
      ]);
      await untilFile('started');
      other.process.kill('SIGKILL');
      await once(other.process, 'exit');
      const builds = open(['true']);
      expect(await builds.find('token')).to.include({ status: 'IN_PROGRESS', ended: false });
      expect((await builds.start({ token: 'another', variables: {}, release: null })).kind).to.equal('at-capacity');
      writeFileSync(join(root, 'go'), '');
      let build = await builds.find('token');
      while (build?.ended === false) {
        await sleep(10);
        build = await builds.find('token');
      }
      expect(build).to.include({ status: 'FAILED', currentPhase: 'COMPLETED' });
      await start(builds, 'another');
      await builds.waitForAll();
    },
  );

  itInRehearsal('reports a build whose runner and commands were killed as FAULT', async () => {
    const other = await startElsewhere([`echo $$ >"${join(root, 'started')}"; sleep 600`]);
    await untilFile('started');
    other.process.kill('SIGKILL');
    await once(other.process, 'exit');
    process.kill(-Number(readFileSync(join(root, 'started'), 'utf8')), 'SIGKILL');
    const builds = open(['true']);
    let build = await builds.find('token');
    while (build?.ended === false) {
      await sleep(10);
      build = await builds.find('token');
    }
    expect(build).to.include({ status: 'FAULT' });
  });

  itInRehearsal('ends a build whose runner was killed when it is stopped or its time is up', async () => {
    for (const ending of ['STOPPED', 'TIMED_OUT'] as const) {
      const other = await startElsewhere([`echo $$ >"${join(root, 'started')}"; sleep 600`]);
      await untilFile('started');
      other.process.kill('SIGKILL');
      await once(other.process, 'exit');
      const later = () => uptime() * 1000 + (ending === 'TIMED_OUT' ? 601_000 : 0);
      const aYearOn = { now: () => Date.now() + 365 * 24 * 3_600_000 };
      const isSetForward = open(['true'], { clock: aYearOn });
      expect(await isSetForward.find('token')).to.include({ status: 'IN_PROGRESS' });
      const builds = open(['true'], { uptimeMs: later });
      if (ending === 'STOPPED') await builds.stop(other.id);
      expect(await builds.find('token')).to.include({ status: ending, ended: true });
      await Promise.all(opened.splice(0).map((one) => one.close()));
      rmSync(root, { recursive: true });
      root = mkdtempSync(join(tmpdir(), 'local-builds-'));
    }
  });
});
