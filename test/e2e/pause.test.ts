import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { expectGranted } from '../support/servers/expect-granted.ts';
import { type ParametersAndSecrets, startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';

const CONFIG = '/kiro-worker/staging/github-project-config';
const PAUSED = '/kiro-worker/staging/paused';

describe('kiro-worker pause and resume', () => {
  let folder: string;
  let ssm: ParametersAndSecrets;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-pause-'));
    ssm = await startParametersAndSecrets();
    ssm.parameters.set(CONFIG, '{}');
  });
  afterEach(async () => {
    await ssm.close();
    await rm(folder, { recursive: true, force: true });
    // As `AmazonSSM.GetParameter /name`.
    const calls = ssm.requests.map((request) => `ssm:${request.split(/[. ]/)[1]}`);
    expectGranted(calls, ['pause']);
  });
  const run = (...args: string[]) =>
    runCommand(args, {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL_SSM: ssm.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
        DEPLOY_ENV: 'staging',
      },
    });

  it('pauses with who, when and why, keeps an earlier pause, and resumes', async () => {
    const first = await run('pause', '--by', 'ana', '--reason', 'quota');
    expect(first, first.stderr).to.include({ exitCode: 0 });
    expect(first.stdout).to.include(' by ana: quota.').and.to.include('Next: npx kiro-worker resume --env staging');
    const { since, ...said } = JSON.parse(ssm.parameters.get(PAUSED) ?? '{}');
    expect(said).to.deep.equal({ by: 'ana', reason: 'quota' });
    expect(Date.parse(since)).to.be.closeTo(Date.now(), 60_000);

    const second = await run('pause', '--by', 'ben', '--json');
    expect(second, second.stderr).to.include({ exitCode: 0 });
    expect(JSON.parse(second.stdout)).to.deep.equal({
      ...{ environment: 'staging', paused: true, isNew: false },
      ...{ by: 'ana', reason: 'quota', since },
    });

    const resumed = await run('resume');
    expect(resumed, resumed.stderr).to.include({ exitCode: 0 });
    expect(resumed.stdout).to.include(`since ${since} by ana: quota.`);
    expect(ssm.parameters.has(PAUSED)).to.equal(false);
    const again = await run('resume', '--json');
    expect(again).to.include({ exitCode: 0 });
    expect(JSON.parse(again.stdout)).to.deep.equal({ environment: 'staging', paused: false, ended: null });
  });

  it('writes nothing where no poller would read it', async () => {
    ssm.parameters.clear();
    for (const verb of ['pause', 'resume']) {
      const { exitCode, stderr } = await run(verb);
      expect(exitCode, verb).to.equal(1);
      expect(stderr).to.include('staging is not deployed in us-east-1').and.to.include('SETUP_INCOMPLETE');
    }
    const unknown = await run('pause', '--env', 'nowhere');
    expect(unknown.exitCode).to.equal(2);
    expect(unknown.stderr).to.include('There is no environment "nowhere"');
    ssm.parameters.set(CONFIG, '{}');
    const long = await run('pause', '--reason', 'x'.repeat(501));
    expect(long.stderr).to.include('501 characters').and.to.include('CONFIG_INVALID');
    expect([...ssm.parameters.keys()]).to.deep.equal([CONFIG]);
    expect(ssm.requests.filter((request) => /Put|Delete/.test(request))).to.deep.equal([]);
  });

  it('takes over a parameter that says nothing', async () => {
    ssm.parameters.set(PAUSED, ' ');
    expect((await run('pause', '--by', 'ana')).stdout).to.include(' by ana.');
    expect(ssm.parameters.get(PAUSED)).to.include('"by":"ana"');
  });

  it('knows its own work again when the answer of AWS was lost', async () => {
    ssm.loseAnswerOf.add('AmazonSSM.PutParameter').add('AmazonSSM.DeleteParameter');
    const paused = await run('pause', '--by', 'ana', '--json');
    expect(paused, paused.stderr).to.include({ exitCode: 0 });
    expect(JSON.parse(paused.stdout)).to.include({ isNew: true, by: 'ana' });
    const resumed = await run('resume', '--json');
    expect(resumed, resumed.stderr).to.include({ exitCode: 0 });
    expect(JSON.parse(resumed.stdout)).to.have.nested.property('ended.by', 'ana');
    expect(ssm.loseAnswerOf.size).to.equal(0);
    expect(ssm.parameters.has(PAUSED)).to.equal(false);
  });
});
