import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../../test/left-to-rehearsal.ts';
import { isWorkerError } from '../../../core/errors.ts';
import type { AgentRequest, AgentResult } from '../../../core/ports/agent.ts';
import { createSandbox, type LocalSandbox } from '../../process/sandbox.ts';
import { type AcpAgentOptions, createAcpAgent } from './acp.ts';

const SCRIPTED = resolve('test/fixtures/scripted-acp.mjs');
const KEY = 'key_planted-0123456789abcdef';

describe('agent: Agent Client Protocol', () => {
  let directory: string;
  let sandbox: LocalSandbox;
  let workspace: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'agent-acp-'));
    sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 150 });
  });
  beforeEach(() => {
    workspace = mkdtempSync(join(directory, 'workspace-'));
  });
  after(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  type Change = Partial<Omit<AcpAgentOptions, 'config'>> & { config?: Partial<AcpAgentOptions['config']> };
  function agent(scenario: string, { config, ...options }: Change = {}) {
    return createAcpAgent({
      sandbox,
      key: async () => KEY,
      config: {
        command: [process.execPath, SCRIPTED],
        environment: { ACP_SCENARIO: scenario },
        keyVariable: 'AGENT_SERVICE_KEY',
        ...config,
      },
      ...options,
    });
  }
  function run(scenario: string, request: Partial<AgentRequest> = {}, change: Change = {}): Promise<AgentResult> {
    return agent(scenario, change).run({
      prompt: '<task>\n- [ ] 1. Make it\n</task>',
      cwd: workspace,
      timeoutMs: 120_000,
      silenceMs: 60_000,
      creditLimit: null,
      onProgress: () => undefined,
      ...request,
    });
  }
  const editedFiles = () => (existsSync(join(workspace, 'src')) ? readdirSync(join(workspace, 'src')) : []);

  const endings: Array<[scenario: string, kind: AgentResult['kind'], detail: RegExp, tokens: number | null]> = [
    ['finish', 'finished', /finished its turn/, 1_000],
    ['early-exit', 'failed', /exit code 3 before its turn did: panic: index out of range/, null],
    ['error', 'failed', /error in its turn \(-32603\): Internal error: .*The plan could not be made/, null],
    ['max-tokens', 'out-of-tokens', /max_tokens/, 1_000],
    ['unknown-updates', 'finished', /finished/, 1_000],
    ['garbage', 'finished', /finished/, 1_000],
    ['usage-in-chunks', 'finished', /finished/, 33],
    ['no-usage', 'finished', /finished/, null],
    ['tools-fail', 'finished', /finished/, 1_000],
    ['max-turn-requests', 'out-of-requests', /max_turn_requests/, 1_000],
    ['cancelled', 'cancelled', /nobody asked for that/, 1_000],
    ['new-reason', 'failed', /not known: coffee_break/, 1_000],
    ['refusal', 'refused', /I cannot help with that/, 1_000],
    ['throttled', 'unavailable', /takes no requests \(throttled\): .*429 Too Many Requests/, null],
    ['bad-key-words', 'not-authenticated', /was not let in/, null],
    ['no-login', 'not-authenticated', /was not let in: Authentication required/, null],
    ['login-by-key', 'finished', /finished/, 1_000],
    ['old-protocol', 'failed', /version 0 of the protocol, not 1/, null],
    ['exit-at-start', 'failed', /exit code 2 before its turn did: error: unexpected argument/, null],
  ];
  for (const [scenario, kind, detail, tokens] of telling(5, endings)) {
    it(`${scenario}: ${kind}`, async () => {
      const result = await run(scenario);
      expect(result.detail).to.match(detail);
      expect(result).to.include({ kind, tokens });
    });
  }

  it('allows what lies in the workspace and commands, once, and nothing else', async () => {
    const { finalText, rejections, kind } = await run('permissions');
    expect(finalText.split(' ')).to.deep.equal([
      ...['allow_once', 'allow_once', 'reject_once', 'reject_once', 'reject_once', 'reject_once', 'reject_once'],
      ...['allow_once', 'cancelled', 'reject_once'],
    ]);
    expect(rejections).to.have.length(7);
    expect(kind).to.equal('finished');
  });

  itInRehearsal('names what an agent could do without', async () => {
    const { kind, rejections, finalText } = await run('denial-recovered');
    expect({ kind, rejections }).to.deep.equal({ kind: 'finished', rejections: ['edit /etc/hosts'] });
    expect(finalText).to.equal('chosen: reject_once');
    expect(editedFiles()).to.have.length(1);
  });

  it('offers neither files nor terminals', async () => {
    expect((await run('what-it-may')).finalText).to.equal('-32601 -32601 -32601');
  });

  itInRehearsal(
    'sets model and effort by the options of the session, and names what the agent does not know',
    async () => {
      const { kind, transcript } = await run('finish', {}, { config: { model: 'large', effort: 'high' } });
      expect(kind).to.equal('finished');
      expect(transcript).to.include('set model to large').and.to.include('set effort to high');
      const unknown = await run('finish', {}, { config: { model: 'huge' } });
      expect(unknown).to.include({
        kind: 'failed',
        detail: 'It reported an error at its settings: It knows no model "huge"; it offers: small, large.',
      });
      expect(editedFiles()).to.have.length(1);
    },
  );

  itInRehearsal('ends an agent that goes beyond a limit, and says what it used', async () => {
    const ofTokens = await run('spend-tokens', { tokenLimit: 250 });
    expect(ofTokens).to.include({ kind: 'tokens', tokens: 300, detail: 'It used 300 tokens; 250 were left.' });
    const limits = { toolCalls: 20, outputBytes: 2 ** 20 };
    expect(await run('many-calls', {}, { limits })).to.include({
      kind: 'calls',
      detail: 'It called more than 20 tools in one task.',
    });
    expect(await run('huge-messages', {}, { limits })).to.include({
      kind: 'output',
      detail: 'It wrote more than 1 MiB in one task.',
    });
  });

  it('takes a spinner for no sign of life', async () => {
    expect(await run('spinner', { silenceMs: 2_000 })).to.include({ kind: 'silence' });
  });

  itInRehearsal('reads on through 300,000 lines that are no messages', async () => {
    const { kind, transcript } = await run('many-lines');
    expect(kind).to.equal('finished');
    expect(transcript.length).to.be.below(1024 * 1024 + 100);
  });

  itInRehearsal('ends an agent that asks on and on, and reads no answer', async () => {
    expect(await run('reads-nothing')).to.include({
      kind: 'failed',
      detail: 'It asked on and on, and read no answer.',
    });
  });

  it('gives the agent its key and its variables, and nothing of the worker', async () => {
    process.env.PLANTED_TOKEN = 'planted-in-the-worker';
    const show = 'console.error(JSON.stringify(process.env)); process.exit(1);';
    const change = { config: { command: [process.execPath, '-e', show], environment: { SOME_MODEL: 'm' } } };
    const { transcript } = await run(
      'x',
      { environment: { PATH: '/opt/go/bin:/usr/bin', SOME_MODEL: 'other' } },
      change,
    );
    delete process.env.PLANTED_TOKEN;
    expect(transcript).to.include('"AGENT_SERVICE_KEY":"[redacted]"').and.include('"SOME_MODEL":"m"');
    expect(transcript).to.include('"PATH":"/opt/go/bin:/usr/bin"');
    expect(transcript).not.to.match(/AWS_|GITHUB_|PLANTED|_URI/);
  });

  describe('before a token is spent', () => {
    const code = async (promise: Promise<unknown>) => {
      try {
        await promise;
        return 'none';
      } catch (error) {
        return isWorkerError(error) ? error.code : String(error);
      }
    };

    it('opens a session, and finds what is wrong with the set-up', async () => {
      expect(await code(agent('finish').prepare())).to.equal('none');
      expect(await code(agent('no-login').prepare())).to.equal('AGENT_SETUP_INVALID');
    });

    itInRehearsal('finds an agent that does not start, or that has no such model', async () => {
      expect(await code(agent('exit-at-start').prepare())).to.equal('AGENT_NOT_STARTED');
      expect(await code(agent('finish', { config: { model: 'huge' } }).prepare())).to.equal('AGENT_NOT_STARTED');
    });

    it('names a missing program, and a missing command', async () => {
      const missing = { config: { command: ['/nowhere/agent'] } };
      expect(await code(agent('x', missing).prepare())).to.equal('TOOL_MISSING');
      expect(await code(agent('x', { config: { command: undefined } }).prepare())).to.equal('CONFIG_INVALID');
    });
  });
});
