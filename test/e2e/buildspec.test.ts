import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { REPOSITORY_ROOT } from '../../src/adapters/bundle/bundle.ts';
import { createLocalBuilds } from '../../src/local/builds/local-builds.ts';

/** Stands in for the worker: prints what it was given. */
const WORKER = `
const { KIRO_CLI_PATH = '-', KIRO_CLI_PROBLEM = '-', AGENT_PROBLEM, EXIT_CODE = '0' } = process.env;
const agent = AGENT_PROBLEM ?? (process.env.AGENT_ARCHIVE ? '-' : undefined);
console.log('worker', KIRO_CLI_PATH, '|', KIRO_CLI_PROBLEM.replaceAll('\\n', ' ') + (agent === undefined ? '' : ' | ' + agent.replaceAll('\\n', ' ')));
process.exitCode = Number(EXIT_CODE);`;

/** Stands in for the AWS CLI: copies from a folder instead of a bucket. */
const AWS = `#!/bin/sh
[ "$1 $2 $3" = "s3 cp --only-show-errors" ] || { echo "unexpected: $*" >&2; exit 2; }
cp "$BUCKETS/\${4#s3://}" "$5"`;

describe("the repository's buildspec.yml", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'buildspec-'));
    const bin = join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'aws'), AWS);
    chmodSync(join(bin, 'aws'), 0o755);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = async (variables: Record<string, string>) => {
    const builds = createLocalBuilds({
      root: join(root, 'builds'),
      releaseZip: zipSync({
        'buildspec.yml': readFileSync(join(REPOSITORY_ROOT, 'buildspec.yml')),
        'worker/main.mjs': strToU8(WORKER),
      }),
      projectVariables: {
        PATH: `${join(root, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
        BUCKETS: join(root, 'buckets'),
        KIRO_CLI_FOLDER: join(root, 'kiro'),
        ARTIFACTS_BUCKET_NAME: 'artifacts',
      },
      concurrentBuildLimit: 1,
      buildTimeoutMs: 600_000,
    });
    await builds.start({ token: 'a token', variables, release: null });
    await builds.waitForAll();
    const build = await builds.find('a token');
    const log = readFileSync(build?.logFile ?? '', 'utf8');
    await builds.close();
    const lines = log.split('\n').filter((line) => /^(worker|Kiro CLI:?) /.test(line));
    return { status: build?.status, lines };
  };
  /** Puts an archive of Kiro's form into the bucket; returns its SHA-256. */
  const putTool = (files: Record<string, string>) => {
    const executable = { os: 3, attrs: 0o100755 << 16 };
    const entries: Zippable = {};
    for (const [path, text] of Object.entries(files)) entries[path] = [strToU8(text), executable];
    const zip = zipSync(entries);
    const folder = join(root, 'buckets/artifacts/tools/kiro-cli/2.29.0');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kiro.zip'), zip);
    return createHash('sha256').update(zip).digest('hex');
  };
  const pinned = { KIRO_CLI_VERSION: '2.29.0', KIRO_CLI_FILE: 'kiro.zip' };

  it('fetches nothing when the Kiro CLI is there, and passes on the exit code of the worker', async () => {
    expect(await run({ KIRO_CLI_PATH: '/opt/kiro', EXIT_CODE: '18' })).to.deep.equal({
      status: 'FAILED',
      lines: ['Kiro CLI: /opt/kiro, nothing to fetch.', 'worker /opt/kiro | -'],
    });
  });

  it('fetches the pinned version and checks it', async () => {
    const KIRO_CLI_SHA256 = putTool({ 'kirocli/bin/kiro-cli': '#!/bin/sh\n', 'kirocli/bin/kiro-cli-chat': '' });
    const { status, lines } = await run({ ...pinned, KIRO_CLI_SHA256 });
    expect(status).to.equal('SUCCEEDED');
    expect(lines[0]).to.match(/^Kiro CLI 2\.29\.0: fetched and checked in \d+ s\.$/);
    expect(lines[1]).to.equal(`worker ${join(root, 'kiro/kirocli/bin/kiro-cli')} | -`);
  });

  const unavailable: Record<string, [variables: Record<string, string>, problem: RegExp]> = {
    'nothing is pinned': [{}, /set KIRO_CLI_PATH, or KIRO_CLI_VERSION and KIRO_CLI_SHA256/],
    'the archive is another one': [{ ...pinned, KIRO_CLI_SHA256: '0'.repeat(64) }, /does not have the SHA-256/],
    'the bucket does not have it': [
      { ...pinned, KIRO_CLI_VERSION: '9', KIRO_CLI_SHA256: '0'.repeat(64) },
      /No such file/,
    ],
  };
  for (const [when, [variables, problem]] of Object.entries(unavailable)) {
    it(`lets the worker report what is missing when ${when}`, async () => {
      putTool({ 'kirocli/bin/kiro-cli': '#!/bin/sh\n' });
      const { status, lines } = await run(variables);
      expect(status).to.equal('SUCCEEDED');
      expect(lines.at(-1))
        .to.match(/^worker - \| /)
        .and.to.match(problem);
    });
  }

  /** Packs another agent as some people would, and returns the variables that name it. */
  const packAgent = () => {
    const folder = join(root, 'packed');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'bin/agent'), '#!/bin/sh\n');
    chmodSync(join(folder, 'bin/agent'), 0o777);
    const archive = join(root, 'buckets/artifacts/tools/some-agent/1.tgz');
    mkdirSync(dirname(archive), { recursive: true });
    execFileSync('tar', ['-czf', archive, '-C', folder, 'bin']);
    const AGENT_ARCHIVE_SHA256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
    return { AGENT_ARCHIVE: 'some-agent/1.tgz', AGENT_FOLDER: join(root, 'agent'), AGENT_ARCHIVE_SHA256 };
  };

  it('unpacks the archive of another agent where nobody else may change it', async () => {
    const { lines } = await run(packAgent());
    expect(lines).to.deep.equal(['worker - | - | -']);
    const { mode, uid } = statSync(join(root, 'agent/bin/agent'));
    expect({ mode: mode & 0o777, uid }).to.deep.equal({ mode: 0o755, uid: process.getuid?.() });
  });

  it('does not unpack an archive with another hash', async () => {
    const { lines } = await run({ ...packAgent(), AGENT_ARCHIVE_SHA256: '0'.repeat(64) });
    expect(existsSync(join(root, 'agent'))).to.equal(false);
    expect(lines.at(-1)).to.match(/^worker - \| - \| tools\/some-agent\/1\.tgz does not have the SHA-256/);
  });

  it('does not take an archive without the program', async () => {
    const KIRO_CLI_SHA256 = putTool({ 'kirocli/README': 'nothing here' });
    const { lines } = await run({ ...pinned, KIRO_CLI_SHA256 });
    expect(lines.at(-1)).to.match(/^worker - \| kiro\.zip contains no program/);
  });
});
