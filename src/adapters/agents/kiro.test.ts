import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { isWorkerError } from '../../core/errors.ts';
import type { AgentResult } from '../../core/ports/agent.ts';
import { createSandbox, type LocalSandbox } from '../process/sandbox.ts';
import { createKiroAgent, type KiroAgentOptions, kiroSettings } from './kiro.ts';
import { locateCli } from './locate-cli.ts';

const SCRIPTED = resolve('test/fixtures/scripted-kiro.mjs');
const KEY = 'ksk_planted-0123456789abcdef';

describe('agent: kiro-cli', () => {
  let directory: string;
  let sandbox: LocalSandbox;
  let workspace: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'agent-kiro-'));
    sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 1_500 });
  });
  beforeEach(() => {
    workspace = mkdtempSync(join(directory, 'workspace-'));
  });
  after(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  function agent(scenario: string, options: Partial<KiroAgentOptions> = {}) {
    return createKiroAgent({
      sandbox,
      cliPath: SCRIPTED,
      apiKey: async () => KEY,
      engine: 'v3',
      settings: { KIRO_SCENARIO: scenario },
      ...options,
    });
  }
  function run(scenario: string, request: Partial<Parameters<ReturnType<typeof agent>['run']>[0]> = {}) {
    return agent(scenario).run({
      prompt: '<task>\n- [ ] 1. Make it\n</task>',
      cwd: workspace,
      timeoutMs: 120_000,
      silenceMs: 10_000,
      creditLimit: null,
      onProgress: () => {},
      ...request,
    });
  }
  const editedFiles = () => (existsSync(join(workspace, 'src')) ? readdirSync(join(workspace, 'src')) : []);

  it('starts its program with the tool chains that were chosen, and lets them replace nothing of its own', async () => {
    const cliPath = join(directory, 'prints-environment');
    const program = "require('node:fs').writeFileSync('environment.json', JSON.stringify(process.env));";
    writeFileSync(cliPath, `#!${process.execPath}\n${program}\n`, { mode: 0o755 });
    await agent('finish', { cliPath }).run({
      ...{ prompt: 'x', cwd: workspace, timeoutMs: 60_000, silenceMs: 60_000, creditLimit: null },
      environment: { PATH: '/opt/go/1.25/bin:/usr/bin', GOROOT: '/opt/go/1.25', KIRO_API_KEY: 'another' },
      onProgress: () => undefined,
    });
    const seen = JSON.parse(readFileSync(join(workspace, 'environment.json'), 'utf8'));
    expect(seen).to.include({ PATH: '/opt/go/1.25/bin:/usr/bin', GOROOT: '/opt/go/1.25', KIRO_API_KEY: KEY });
  });

  const endings: Array<[scenario: string, kind: AgentResult['kind'], detail: RegExp, credits: number | null]> = [
    ['finish', 'finished', /finished its turn/, 0.5],
    ['bad-key', 'not-authenticated', /did not accept the API key: error: Authentication failed/, null],
    ['no-finish', 'failed', /without saying that it had finished/, null],
    ['throttled', 'unavailable', /Kiro takes no requests \(throttled\): The request was throttled/, null],
    ['denial', 'denied', /not allowed.*npm test.*no user to approve/, null],
    ['finish-v2', 'finished', /finished/, 0.75],
    ['no-credits', 'finished', /finished/, null],
    ['change-nothing', 'finished', /finished/, 0.1],
    ['failed-tool', 'finished', /finished/, null],
    ['unknown-records', 'finished', /finished/, null],
    ['broken-json', 'finished', /finished/, null],
    ['huge-lines', 'finished', /finished/, null],
    ['ansi', 'finished', /finished/, null],
    ['grandchild', 'finished', /finished/, null],
    ['run-error-auth', 'not-authenticated', /bearer token included in the request is invalid/, null],
    ['device-login', 'not-authenticated', /asked a person to log in/, null],
    ['empty-output', 'failed', /without saying that it had finished/, null],
    ['run-error', 'failed', /reported an error: The plan could not be made/, null],
    ['quota-on-stderr', 'unavailable', /Request quota exceeded/, null],
    ['login-spinner', 'not-authenticated', /asked a person to log in/, null],
    ['stopped-early', 'failed', /stopped early \(max_tokens\)/, null],
    ['exit-4-after-edit', 'failed', /named agent is not available/, null],
    ['exit-1', 'failed', /exit code 1: error: unexpected argument/, null],
    ['refusal', 'refused', /refused the task: I cannot help/, null],
    ['denial-by-state', 'denied', /not allowed.*settings\.json/, null],
  ];
  for (const [scenario, kind, detail, credits] of telling(5, endings)) {
    it(`${scenario}: ${kind}`, async () => {
      const result = await run(
        scenario,
        ['device-login', 'login-spinner'].includes(scenario) ? { silenceMs: 2_000 } : {},
      );
      expect(result.detail).to.match(detail);
      expect(result).to.include({ kind, credits });
    });
  }

  it('passes the prompt, edits in the working folder, and reports what it does', async () => {
    const progress: string[] = [];
    const result = await run('finish', { onProgress: (text) => progress.push(text) });
    expect(editedFiles()).to.have.length(1);
    expect(readFileSync(join(workspace, 'src', editedFiles()[0] ?? ''), 'utf8')).to.contain('1 Make it');
    expect(progress).to.deep.equal([`Write File src/${editedFiles()[0]}`]);
    expect(result.finalText).to.equal('Done.');
    expect(result.transcript).to.contain('[tool] Write File').and.contain('Done.');
  });

  it('takes the scenario of the working folder first, chosen by task', async () => {
    writeFileSync(join(workspace, '.kiro-scenario'), 'Other=run-error;Make it=refusal;finish\n');
    expect((await run('finish')).kind).to.equal('refused');
  });

  it('ends an agent that says nothing any more', async () => {
    const result = await run('hang', { silenceMs: 400 });
    expect(result).to.include({ kind: 'silence', detail: 'It wrote nothing for 400 ms.' });
  });

  itInRehearsal('ends an agent whose programs write on and on, but that says nothing itself', async () => {
    const result = await run('noise', { silenceMs: 1_000 });
    expect(result).to.include({ kind: 'silence', detail: 'It wrote nothing for 1 s.' });
  });

  it('goes on when a program that it runs writes what looks like a login', async () => {
    const result = await run('login-lookalike');
    expect(result).to.include({ kind: 'finished' });
    expect(result.transcript).to.contain('[output] Open this URL: https://example.com');
    expect(editedFiles()).to.have.length(1);
  });

  it('ends an agent that talks on and on', async () => {
    const result = await run('busy', { timeoutMs: 700 });
    expect(result).to.include({ kind: 'timeout', detail: 'It was not done after 700 ms.' });
  });

  itInRehearsal('is stopped from outside, also when it ignores SIGTERM', async () => {
    const stop = new AbortController();
    const result = await run('ignore-sigterm', { signal: stop.signal, onProgress: () => stop.abort() });
    expect(result.kind).to.equal('aborted');
    expect(result.transcript).to.contain('SIGTERM ignored');
  });

  itInRehearsal('keeps the transcript bounded and readable', async () => {
    const { transcript } = await run('huge-lines');
    expect(transcript.length).to.be.lessThan(1024 * 1024 + 100);
    expect(transcript).to.contain('middle omitted').and.contain('39 zzz');
    expect((await run('ansi')).transcript).not.to.contain('\u001b');
  });

  it('gives the agent its key, its settings and nothing of the worker', async () => {
    const show = join(directory, 'show.mjs');
    writeFileSync(
      show,
      'console.error(process.argv.slice(2).join(" ")); console.error(JSON.stringify(process.env)); process.exit(1);',
    );
    process.env.PLANTED_TOKEN = 'planted-in-the-worker';
    const options = {
      cliPath: show,
      model: 'auto',
      agentName: 'builder',
      effort: 'high',
      extraArguments: ['--wrap', 'never'],
    };
    const result = await agent('x', options).run({
      prompt: 'p',
      cwd: workspace,
      timeoutMs: 120_000,
      silenceMs: 120_000,
      creditLimit: null,
      onProgress: () => {},
    });
    delete process.env.PLANTED_TOKEN;
    expect(result.transcript).to.contain(
      'chat --no-interactive --v3 --output-format stream-json --trust-all-tools --agent builder --model auto --effort high --wrap never',
    );
    expect(result.transcript).to.contain('"KIRO_API_KEY":"[redacted]"').and.contain('"KIRO_SCENARIO":"x"');
    expect(result.transcript).not.to.match(/AWS_|GITHUB_|PLANTED|_URI/);
  });

  describe('before money is spent', () => {
    const code = async (promise: Promise<unknown>) => {
      try {
        await promise;
        return 'none';
      } catch (error) {
        return isWorkerError(error) ? error.code : String(error);
      }
    };

    it('passes when the program answers', async () => {
      expect(await code(agent('finish').prepare())).to.equal('none');
    });
    it('refuses an empty key, which would wait for a login for ever', async () => {
      expect(await code(agent('finish', { apiKey: async () => ' \n' }).prepare())).to.equal('SETUP_INCOMPLETE');
      expect(await code(agent('finish', { apiKey: async () => 'two words' }).prepare())).to.equal('SECRET_INVALID');
    });
    it('names a missing program', async () => {
      expect(await code(agent('x', { cliPath: 'kiro-cli-nowhere' }).prepare())).to.equal('TOOL_MISSING');
      expect(await code(agent('x', { cliPath: './nowhere/kiro-cli' }).prepare())).to.equal('TOOL_MISSING');
    });
    it('refuses a program that does not log in', async () => {
      expect(await code(agent('whoami-refuses').prepare())).to.equal('AGENT_SETUP_INVALID');
    });
    it('refuses a program that does not start', async () => {
      const broken = join(directory, 'broken-cli');
      writeFileSync(broken, '#!/nowhere/interpreter\n', { mode: 0o755 });
      expect(await code(agent('x', { cliPath: broken }).prepare())).to.equal('AGENT_NOT_STARTED');
    });
    it('refuses another version than the pinned one', async () => {
      expect(await code(agent('finish', { version: '3.0.0' }).prepare())).to.equal('none');
      expect(await code(agent('finish', { version: '3.0.1' }).prepare())).to.equal('AGENT_SETUP_INVALID');
    });
    it('refuses a model or agent that the program could take for an option', async () => {
      for (const options of [{ model: '--trust-all' }, { agentName: '-x' }, { model: 'a b' }, { agentName: 'a\nb' }]) {
        expect(() => agent('x', options)).to.throw(/is not a name/);
      }
    });
  });

  it('finds the program on PATH, by path, and scripts for Node', () => {
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'some-cli'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(bin, 'no-program'), 'text', { mode: 0o644 });
    expect(locateCli('some-cli', `/nowhere:${bin}`)).to.deep.equal([join(bin, 'some-cli')]);
    expect(locateCli(join(bin, 'some-cli'))).to.deep.equal([join(bin, 'some-cli')]);
    expect(locateCli('test/fixtures/scripted-kiro.mjs')).to.deep.equal([process.execPath, SCRIPTED]);
    expect(() => locateCli('no-program', bin)).to.throw(/not on PATH/);
    expect(() => locateCli(bin)).to.throw(/no program at/);
  });

  it('passes on only those KIRO_ variables that are the agent’s', () => {
    const env = {
      KIRO_RUNTIME_DIR: '/opt/kiro',
      KIRO_SCENARIO: 'finish',
      KIRO_API_KEY: 'k',
      KIRO_API_KEY_SECRET_ARN: 'arn',
      KIRO_CLI_PATH: 'x',
      KIRO_MODEL: 'auto',
      KIRO_OTHER_TOKEN: 't',
      AWS_REGION: 'r',
      KIRO_UNSET: undefined,
    };
    expect(kiroSettings(env)).to.deep.equal({ KIRO_RUNTIME_DIR: '/opt/kiro', KIRO_SCENARIO: 'finish' });
  });
});
