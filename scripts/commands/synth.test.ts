import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { isWorkerError } from '../../src/core/errors.ts';
import { STACK_IDS } from '../../src/stacks/stack-names.ts';
import { synth } from './synth.ts';

describe('synth', () => {
  let root = '';
  let printed = '';
  const write = process.stdout.write;

  /** Runs synth and keeps what it prints. */
  async function run(options: Parameters<typeof synth>[0]): Promise<number> {
    printed = '';
    process.stdout.write = (text: unknown) => {
      printed += String(text);
      return true;
    };
    try {
      return await synth({ root, ...options });
    } finally {
      process.stdout.write = write;
    }
  }

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'synth-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('finds the committed files up to date', async () => {
    const repository = path.resolve(import.meta.dirname, '../..');
    expect(await run({ check: true, root: repository })).to.equal(0);
    expect(printed).to.match(/^All \d+ generated files are up to date\.\n$/);
  });

  it('writes into an empty repository, then has nothing more to write', async () => {
    expect(await run({})).to.equal(0);
    expect(printed).to.include('wrote template.yaml').and.include('Next: ');
    expect(await run({})).to.equal(0);
    expect(printed).to.include('were up to date');
    expect(await readdir(path.join(root, 'templates'))).to.have.members([
      ...STACK_IDS.map((id) => `${id.toLowerCase()}.yaml`),
      'samconfig.toml',
    ]);
  });

  it('shows how a file differs, and writes nothing when it only checks', async () => {
    await run({});
    const file = path.join(root, 'templates/core.yaml');
    const changed = (await readFile(file, 'utf8')).replace('EnableKeyRotation: true', 'EnableKeyRotation: false');
    await writeFile(file, changed);
    const error = await run({ check: true }).catch((thrown: unknown) => thrown);
    expect(isWorkerError(error, 'SYNTH_DRIFT') && error.problems).to.have.length(1);
    expect(String(error)).to.match(/core\.yaml[\s\S]*\n-\s+EnableKeyRotation: false\n\+\s+EnableKeyRotation: true/);
    expect(await readFile(file, 'utf8')).to.equal(changed);
    await run({});
    expect(await run({ check: true })).to.equal(0);
  });

  it('does not depend on the environment of the machine', async () => {
    await run({});
    const other = `${root}-other`;
    const before = { ...process.env };
    Object.assign(process.env, {
      AWS_REGION: 'eu-west-3',
      AWS_ACCOUNT_ID: '123456789012',
      DEPLOY_ENV: 'production',
      ALERT_EMAIL: 'a@b.cd',
    });
    try {
      await cp(root, other, { recursive: true });
      expect(await run({ check: true, root: other })).to.equal(0);
    } finally {
      for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
      Object.assign(process.env, before);
      await rm(other, { recursive: true, force: true });
    }
  });

  it('writes what one environment would deploy', async () => {
    const out = path.join(root, 'plan');
    expect(await run({ env: 'staging', out })).to.equal(0);
    const deployment = JSON.parse(await readFile(path.join(out, 'deployment.json'), 'utf8')) as Record<string, unknown>;
    expect(deployment).to.deep.include({ environment: 'staging', account: null, region: 'us-east-1' });
    expect(deployment.stacks).to.deep.equal(STACK_IDS.map((id) => `KiroWorkerStaging${id}`));
    expect(JSON.parse(await readFile(path.join(out, 'KiroWorkerStagingPoller.parameters.json'), 'utf8'))).to.deep.equal(
      [
        { ParameterKey: 'Environment', ParameterValue: 'staging' },
        { ParameterKey: 'StackPrefix', ParameterValue: 'KiroWorkerStaging' },
        { ParameterKey: 'Architecture', ParameterValue: 'arm64' },
      ],
    );
  });

  it('prints what it wrote as one JSON document', async () => {
    await run({ json: true });
    const printedFacts: unknown = JSON.parse(printed);
    expect(printedFacts).to.have.property('outcome', 'ok');
    expect(printedFacts).to.have.property('written').that.includes('samconfig.toml');
  });

  it('asks for an environment that exists and a folder together', async () => {
    for (const options of [{ env: 'test' }, { out: 'x' }, { env: 'moon', out: 'x' }]) {
      const error = await run(options).catch((thrown: unknown) => thrown);
      expect(isWorkerError(error, 'ARGUMENT_INVALID')).to.equal(true);
    }
  });
});
