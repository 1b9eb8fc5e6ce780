import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { resourceNames } from '../../../src/core/names.ts';
import { type FunctionScene, openFunctionScene } from '../../support/scenes/function.ts';
import { clientSettings, placeVariables } from '../operate/life-cycle.ts';
import { type Operator, openOperator } from '../operate/operator.ts';
import { type Clone, makeClone } from '../stacks/clone.ts';
import { openTerminal, type Terminal, type TerminalOptions } from './terminal.ts';

const NAMES = resourceNames('test');
const DEPLOY = ['deploy', '--env', 'test'];
const DESTROY = ['destroy', '--env', 'test'];
const INTERRUPTED = 'Interrupted at a question: what it asked about was not done';
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`);

describe('questions at a terminal', function () {
  this.timeout(120_000);
  let operator: Operator;
  let scene: FunctionScene;
  /** The next version: more memory for the functions. */
  let next: Clone;
  let secrets: SecretsManagerClient;
  let terminal: Terminal | undefined;

  before(async () => {
    [operator, scene, next] = await Promise.all([openOperator(), openFunctionScene(), makeClone()]);
    secrets = new SecretsManagerClient(clientSettings({ operator, clone: next, scene }));
    const settings = path.join(next.folder, 'src/stacks/environments.ts');
    const text = await readFile(settings, 'utf8');
    await writeFile(settings, text.replace('lambdaMemoryMb: 512', 'lambdaMemoryMb: 640'));
    const { code, stderr } = await operator.run([...DEPLOY, '--yes']);
    expect(code, stderr).to.equal(0);
  });
  afterEach(async () => {
    await terminal?.close();
    terminal = undefined;
  });
  after(async () => {
    secrets?.destroy();
    await scene?.close();
    await operator?.close();
    await next?.remove();
  });

  const start = async (
    args: readonly string[],
    { env = {}, ...options }: Partial<Pick<TerminalOptions, 'env' | 'term' | 'root'>> = {},
  ) => {
    const { AWS_ENDPOINT_URL_CODEBUILD: _, ...addresses } = placeVariables({ operator, clone: next, scene });
    terminal = await openTerminal(args, { columns: 80, env: { ...operator.env, ...addresses, ...env }, ...options });
    return terminal;
  };
  const startNext = (args: readonly string[] = DEPLOY, options: Parameters<typeof start>[1] = {}) =>
    start(args, { ...options, root: next.folder });
  const until = async (at: Terminal, words: string) => {
    if (!(await at.shows(words))) throw new Error(`It has ended without "${words}":\n${await at.text()}`);
  };
  const storedIn = (SecretId: string) =>
    secrets.send(new GetSecretValueCommand({ SecretId })).then(
      ({ SecretString }) => SecretString,
      (error: Error) => error.name,
    );
  /** Operations that were asked for since. */
  const watch = () => {
    const before = operator.proxy.operations.length;
    return () => operator.proxy.operations.slice(before);
  };

  it('take a secret without showing it', async () => {
    const token = [...scene.github.tokens][0] ?? '';
    const at = await start(['configure', 'github-token', '--env', 'test']);
    await until(at, 'GitHub token:');
    await at.type(token);
    expect(await at.text()).not.to.include(token.slice(0, 4));
    await at.type('Enter');
    const { code, text } = await at.ended();
    expect(code, text).to.equal(0);
    expect(text).to.include('Next: npx kiro-worker configure git-credentials').and.not.to.include(token);
    expect(await storedIn(NAMES.githubTokenSecret)).to.equal(token);
  });

  it('end with Ctrl-C: nothing is written, and nothing more is asked', async () => {
    const before = await storedIn(NAMES.kiroApiKeySecret);
    const secret = await start(['configure', 'kiro-api-key', '--env', 'test']);
    await until(secret, 'Kiro API key:');
    await secret.type('ksk_half', 'C-c');
    expect(await secret.ended()).to.deep.include({ code: 130 });
    expect(await secret.text())
      .to.include(INTERRUPTED)
      .and.not.to.include('    at ')
      .and.not.to.include('ksk_half');
    await secret.close();
    const all = await start(['configure', '--env', 'test']);
    await until(all, ' now? (y/N)');
    await all.type('C-c');
    const { code, text } = await all.ended();
    expect(code).to.equal(130);
    expect(text.replaceAll('\n', ' ')).to.include(INTERRUPTED);
    expect(text.match(/ now\?/g)).to.have.length(1);
    expect(await storedIn(NAMES.kiroApiKeySecret)).to.equal(before);
  });

  for (const [how, keys, code] of [
    ['no', ['n', 'Enter'], 3],
    ['Enter alone', ['Enter'], 3],
    ['Ctrl-C', ['C-c'], 130],
  ] as const)
    it(`deploy nothing after ${how}, leave no change set, and give the environment free`, async () => {
      const asked = watch();
      const at = await startNext();
      await until(at, 'Deploy this? (y/N)');
      expect(await at.text()).to.include('/Properties/MemorySize');
      await at.type(...keys);
      const { code: ended, text } = await at.ended();
      expect(ended, text).to.equal(code);
      expect(text.replaceAll('\n', ' ')).to.include(code === 3 ? 'Not approved' : INTERRUPTED);
      expect(asked()).to.include('DeleteChangeSet').and.not.to.include('ExecuteChangeSet');
      expect(asked().at(-1)).to.equal('DeleteParameter');
    });

  const nobody: readonly [string, readonly string[], Parameters<typeof start>[1]][] = [
    ['with --no-input', ['--no-input'], {}],
    ['in CI', [], { env: { CI: 'true' } }],
    ['on a terminal that can draw nothing', [], { term: 'dumb' }],
  ];
  for (const [where, flags, options] of nobody)
    it(`are not asked ${where}: the command ends with 3 and says how to go on`, async () => {
      const at = await startNext([...DEPLOY, ...flags], options);
      const { code, text } = await at.ended();
      expect(code, text).to.equal(3);
      expect(text).to.include('Next: the same command with --yes').and.not.to.include('Deploy this?');
      const secret = await start(['configure', 'kiro-api-key', '--env', 'test', ...flags], options);
      expect((await secret.ended()).code).to.equal(2);
      await secret.close();
      await at.close();
    });

  it('have colours where a terminal has them, and none with NO_COLOR or TERM=dumb', async () => {
    const shown = async (options: Parameters<typeof start>[1]) => {
      const at = await start(['status', '--env', 'test'], options);
      expect(await at.ended()).to.deep.include({ code: 0 });
      const text = await at.styled();
      await at.close();
      return text.replace(/\n[^\n]*Pane is dead[\s\S]*$/, '');
    };
    expect(await shown({})).to.match(COLOUR);
    expect(await shown({ env: { NO_COLOR: '1' } })).not.to.match(COLOUR);
    expect(await shown({ term: 'dumb' })).not.to.match(COLOUR);
    const at = await startNext(DEPLOY, { env: { NO_COLOR: '1' } });
    await until(at, 'Deploy this? (y/N)');
    expect(await at.styled()).not.to.match(COLOUR);
    await at.type('C-c');
    await at.ended();
  });

  it('deploy after yes', async () => {
    const at = await startNext();
    await until(at, 'Deploy this? (y/N)');
    await at.type('y', 'Enter');
    const { code, text } = await at.ended();
    expect(code, text).to.equal(0);
    expect(text).to.include('Deployed KiroWorkerPoller.');
  });

  for (const [how, keys, code] of [
    ['another name', ['production', 'Enter'], 3],
    ['nothing', ['Enter'], 3],
    ['Ctrl-C', ['C-c'], 130],
  ] as const)
    it(`destroy nothing after ${how}`, async () => {
      const asked = watch();
      const at = await start(DESTROY);
      await until(at, "Type the environment's name (test) to destroy it:");
      await at.type(...keys);
      const ended = await at.ended();
      expect(ended.code, ended.text).to.equal(code);
      expect(asked()).not.to.include('DeleteStack');
      expect(asked().at(-1)).to.equal('DeleteParameter');
    });

  it('destroy after the name of the environment', async () => {
    const at = await start([...DESTROY, '--empty-buckets']);
    await until(at, "Type the environment's name (test) to destroy it:");
    await at.type('test', 'Enter');
    const { code, text } = await at.ended();
    expect(code, text).to.equal(0);
    expect(await operator.run(DESTROY)).to.include({ code: 0 });
  });
});
