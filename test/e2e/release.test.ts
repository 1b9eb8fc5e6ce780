import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { itInRehearsal, telling } from '../left-to-rehearsal.ts';
import { startCommand } from '../support/command-line.ts';
import { type ParametersAndSecrets, startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { type S3Double, startS3Double } from '../support/servers/s3.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted.ts';

const BUCKET = 'kiro-worker-staging-artifacts-1a2b3c4d';
const PARAMETER = '/kiro-worker/staging/release';
const OLD = `01d${'0'.repeat(61)}`;

describe('kiro-worker release', () => {
  let folder: string;
  let s3: S3Double;
  let ssm: ParametersAndSecrets;
  let codeBuild: ScriptedServer;
  let lambda: ScriptedServer;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-release-'));
    [s3, ssm, codeBuild, lambda] = await Promise.all([
      startS3Double(),
      startParametersAndSecrets(),
      startScriptedServer(),
      startScriptedServer(),
    ]);
    lambda.answers.push({
      body: { Environment: { Variables: { PAUSED_PARAMETER_NAME: '/kiro-worker/staging/paused' } } },
    });
    const objects = new Map([
      [`releases/${OLD}/worker.zip`, { body: Buffer.from('old'), contentType: 'application/zip', modifiedAtMs: 0 }],
    ]);
    s3.buckets.set(BUCKET, objects);
  });
  after(async () => {
    await Promise.all([s3.close(), ssm.close(), codeBuild.close(), lambda.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  const command = (args: readonly string[], more: Record<string, string> = {}) =>
    startCommand(['release', ...args], {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_ENDPOINT_URL_SSM: ssm.url,
        AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
        AWS_ENDPOINT_URL_LAMBDA: lambda.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        DEPLOY_ENV: 'staging',
        ...more,
      },
    }).result;
  const projectOf = (location: string) => ({ body: { projects: [{ source: { type: 'S3', location } }] } });

  itInRehearsal('publishes the worker as it is now, lists it, goes back, and says how to go on', async () => {
    codeBuild.answers.push(projectOf(`${BUCKET}/releases/the-poller-names-the-release/worker.zip`));
    const published = await command(['--json']);
    expect(published.exitCode, published.stderr).to.equal(0);
    const { hash, ...facts } = JSON.parse(published.stdout);
    const zip = s3.buckets.get(BUCKET)?.get(`releases/${hash}/worker.zip`)?.body ?? Buffer.alloc(0);
    expect(facts).to.deep.equal({
      environment: 'staging',
      bucket: BUCKET,
      uploaded: true,
      previous: null,
      sizeBytes: zip.length,
    });
    expect(Object.keys(unzipSync(zip))).to.include.members(['buildspec.yml', 'worker/main.mjs']);
    expect(strFromU8(unzipSync(zip)['buildspec.yml'] ?? new Uint8Array())).to.include('worker/main.mjs');
    expect(ssm.parameters.get(PARAMETER)).to.equal(`${BUCKET}/${hash}`);
    expect(published.stderr).to.include('1 of 2').and.to.include('Uploading');

    const back = await command(['use', OLD.slice(0, 8)]);
    expect(back.exitCode, back.stderr).to.equal(0);
    expect(ssm.parameters.get(PARAMETER)).to.equal(`${BUCKET}/${OLD}`);
    expect(back.stdout).to.include(`Next, to go back: npx kiro-worker release use ${hash.slice(0, 12)} --env staging`);

    const listed = await command(['list']);
    expect(listed.exitCode, listed.stderr).to.equal(0);
    const rows = listed.stdout.split('\n').filter((line) => /^[0-9a-f]{12} /.test(line));
    expect(rows.map((row) => row.slice(0, 12))).to.deep.equal([hash.slice(0, 12), OLD.slice(0, 12)]);
    expect(rows.map((row) => row.includes('by new builds'))).to.deep.equal([false, true]);
    expect(listed.stdout).to.match(/\nNext: npx kiro-worker release use HASH --env staging\n$/);
    for (const { stdout, stderr } of [published, back, listed]) {
      expect(stdout + stderr).to.not.include('secret-of-the-tests');
    }
  });

  itInRehearsal('says by its exit code that new builds cannot run what was chosen', async () => {
    ssm.parameters.set(PARAMETER, 'f'.repeat(64));
    const { exitCode, stdout } = await command(['list', '--json'], { ARTIFACTS_BUCKET_NAME: BUCKET });
    expect(exitCode).to.equal(1);
    expect(JSON.parse(stdout).problem).to.include('f'.repeat(64));
  });

  const failures: Array<[string, string[], Record<string, string>, number, string]> = [
    ['an unknown environment', ['list', '--env', 'prod'], {}, 2, '"prod"'],
    [
      'the bucket of another environment',
      ['--bucket', 'kiro-worker-test-artifacts-1'],
      {},
      1,
      'kiro-worker-test-artifacts-1',
    ],
    ['a bucket that is not there', ['list', '--bucket', `${BUCKET}-gone`], {}, 1, 'Core stack'],
    ['a release that is not there', ['use', 'feedbeef', '--bucket', BUCKET], {}, 1, 'feedbeef'],
    ['a missing hash', ['use'], {}, 2, 'hash'],
    ['an unknown word', ['publsh'], {}, 2, 'too many arguments'],
  ];
  for (const [name, args, more, code, words] of telling(1, failures)) {
    it(`ends with ${code} and a clear word for ${name}`, async () => {
      const before = ssm.parameters.get(PARAMETER);
      const { exitCode, stdout, stderr } = await command(args, more);
      expect(exitCode, stderr).to.equal(code);
      expect(stderr).to.include(words);
      expect(stderr).to.not.include('    at ');
      expect(stdout).to.equal('');
      expect(ssm.parameters.get(PARAMETER)).to.equal(before);
    });
  }

  itInRehearsal('asks for the stacks while there is no build project', async () => {
    codeBuild.answers.splice(0, codeBuild.answers.length, { body: { projects: [], projectsNotFound: ['x'] } });
    const { exitCode, stderr } = await command([]);
    expect(exitCode).to.equal(1);
    expect(stderr).to.include('kiro-worker-staging').and.to.include('--bucket').and.to.include('SETUP_INCOMPLETE');
  });
});
