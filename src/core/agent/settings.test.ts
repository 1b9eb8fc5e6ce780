import { expect } from 'chai';
import { parseProjectConfig } from '../config.ts';
import { isWorkerError } from '../errors.ts';

const BOARD = { organization: 'acme', repository: 'slugs', projectNumber: 7 };

function problemsOf(agent: unknown): readonly string[] {
  try {
    parseProjectConfig(JSON.stringify({ ...BOARD, agent }), 'here');
    return [];
  } catch (error) {
    if (isWorkerError(error, 'CONFIG_INVALID')) return error.problems;
    throw error;
  }
}

const acp = (more: object = {}) => ({ kind: 'acp', command: ['/opt/agent/bin/agent', '--acp'], ...more });

describe('the agent of a project configuration', () => {
  it('is Kiro where nothing is said', () => {
    const { agent } = parseProjectConfig(JSON.stringify(BOARD), 'here');
    expect(agent).to.deep.equal({
      ...{ kind: 'kiro', environment: {}, tokensPerRun: null, extraArguments: [] },
      limits: {
        ...{ minutesPerTask: 30, minutesPerRun: null, silenceMinutes: 10, creditsPerRun: null },
        ...{ callsPerTask: 5_000, outputMebibytesPerTask: 4_096 },
      },
    });
  });

  it('is any program of the protocol, with model, effort and variables', () => {
    const agent = acp({
      model: 'claude-opus[1m]',
      effort: 'high',
      keyVariable: 'ANTHROPIC_API_KEY',
      environment: { ANTHROPIC_BASE_URL: 'https://gateway.example.com', MAX_OUTPUT_TOKENS: '9000', HIDE_MONKEYS: '1' },
      tokensPerRun: 1_000_000,
    });
    expect(problemsOf(agent)).to.deep.equal([]);
    expect(problemsOf(acp({ keyVariable: 'KIRO_API_KEY' }))).to.deep.equal([]);
    expect(problemsOf({ kind: 'kiro', command: ['/opt/kiro/kiro-cli'], effort: 'high' })).to.deep.equal([]);
  });

  it('takes what a Kiro is told, and what limits any agent', () => {
    const kiro = { engine: 'v2', agentName: 'reviewer', trustedTools: ['fs_read', 'fs_write'], version: '3.2.0' };
    const limits = { minutesPerTask: 5, minutesPerRun: 60, silenceMinutes: 2, creditsPerRun: 9, callsPerTask: 10 };
    expect(problemsOf({ ...kiro, extraArguments: ['--wrap', 'never'], limits })).to.deep.equal([]);
    expect(problemsOf(acp({ limits: { callsPerTask: 10, outputMebibytesPerTask: 1 } }))).to.deep.equal([]);
  });

  const strange: Array<[agent: object, words: RegExp]> = [
    [{ engine: 'v4' }, /^agent\.engine/],
    [{ version: 'latest' }, /^agent\.version: must be a version/],
    [{ trustedTools: ['--yes'] }, /^agent\.trustedTools/],
    [{ extraArguments: ['--output-format=text'] }, /^agent\.extraArguments: --output-format is the worker's own/],
    [{ extraArguments: ['--trust-all-tools'] }, /--trust-all-tools is the worker's own/],
    [{ extraArguments: ['two\nlines'] }, /one line each/],
    [{ extraArguments: [`ghp_${'a1B2'.repeat(9)}`] }, /looks like a secret/],
    [{ limits: { minutesPerTask: 0 } }, /^agent\.limits\.minutesPerTask/],
    [{ limits: { minutesPerTasks: 5 } }, /minutesPerTasks/],
    [acp({ engine: 'v3' }), /^agent\.engine: is for kind "kiro"/],
    [acp({ version: '1.0.0' }), /^agent\.version: is for kind "kiro"/],
    [acp({ limits: { creditsPerRun: 5 } }), /^agent\.limits\.creditsPerRun: an ACP agent counts in tokens/],
  ];
  for (const [agent, words] of strange) {
    it(`refuses ${JSON.stringify(agent).slice(0, 70)}`, () => {
      expect(problemsOf(agent).join('\n')).to.match(words);
    });
  }

  const commands: Array<[command: unknown, words: RegExp]> = [
    [undefined, /^agent\.command: is required/],
    [[], /^agent\.command/],
    [[''], /^agent\.command/],
    [['npx', '-y', 'some-agent'], /must not fetch a program/],
    [['/usr/bin/npx', 'some-agent'], /must not fetch/],
    [['npm', 'exec', 'some-agent'], /must not fetch/],
    [['sh', '-c', 'cd /tmp && npx some-agent'], /must not fetch/],
    [['/usr/bin/env', 'A=b', 'npx', 'some-agent'], /must not fetch/],
    [['pnpm', 'dlx', 'some-agent'], /must not fetch/],
    [['yarn', 'dlx', 'some-agent'], /must not fetch/],
    [['bunx', 'some-agent'], /must not fetch/],
    [['bun', 'x', 'some-agent'], /must not fetch/],
    [['uvx', 'some-agent'], /must not fetch/],
    [['uv', 'tool', 'run', 'some-agent'], /must not fetch/],
    [['pipx', 'run', 'some-agent'], /must not fetch/],
    [['deno', 'run', '-A', 'npm:some-agent'], /must not fetch/],
    [['./node_modules/.bin/agent'], /absolute path, or a name/],
    [['/opt/agent', 'two\nlines'], /one line each/],
    [['/opt/agent', '--key', `ghp_${'a1B2'.repeat(9)}`], /looks like a secret/],
  ];
  for (const [command, words] of commands) {
    it(`refuses the command ${JSON.stringify(command)?.slice(0, 60)}`, () => {
      const problems = problemsOf({ kind: 'acp', ...(command === undefined ? {} : { command }) });
      expect(problems.join('\n')).to.match(words);
      expect(problems.join('\n')).to.not.include('a1B2a1B2');
    });
  }

  it('takes programs whose names only look like one that fetches', () => {
    for (const command of [
      ['/opt/npx-less/agent'],
      ['goose', 'acp'],
      ['node', '/opt/agent/npx.js'],
      ['opencode', 'run', 'acp'],
    ])
      expect(problemsOf({ kind: 'acp', command }), command.join(' ')).to.deep.equal([]);
  });

  const refused: Array<[name: string, words: RegExp]> = [
    ['PATH', /would change which programs/],
    ['PYTHONPATH', /would change which programs/],
    ['LD_PRELOAD', /would change which programs/],
    ['DYLD_INSERT_LIBRARIES', /would change which programs/],
    ['NODE_OPTIONS', /would change which programs/],
    ['NODE_EXTRA_CA_CERTS', /would change which programs/],
    ['JAVA_TOOL_OPTIONS', /would change which programs/],
    ['PERL5OPT', /would change which programs/],
    ['BASH_ENV', /would change which programs/],
    ['GIT_SSH_COMMAND', /would change which programs/],
    ['npm_config_registry', /would change which programs/],
    ['XDG_CONFIG_HOME', /would change which programs/],
    ['HOME', /the worker sets it/],
    ['TMPDIR', /the worker sets it/],
    ['HTTPS_PROXY', /the worker sets it/],
    ['no_proxy', /the worker sets it/],
    ['AWS_REGION', /the worker sets it/],
    ['CODEBUILD_BUILD_ID', /the worker sets it/],
    ['GITHUB_TOKEN', /the worker sets it/],
    ['KIRO_API_KEY', /the worker sets it/],
    ['kiro_model', /the worker sets it/],
    ['LOCK_OWNER', /the worker sets it/],
    ['AGENT_KEY', /the worker sets it/],
    ['OPENAI_API_KEY', /looks like a secret/],
    ['ANTHROPIC_AUTH_TOKEN', /looks like a secret/],
    ['SOME_PASSWORD', /looks like a secret/],
    ['CLIENT_SECRET', /looks like a secret/],
    ['GOOGLE_APPLICATION_CREDENTIALS', /looks like a secret/],
    ['MY-VARIABLE', /is not a name of a variable/],
    ['', /is not a name of a variable/],
  ];
  for (const [name, words] of refused) {
    it(`refuses the variable ${JSON.stringify(name)}, and does not repeat its value`, () => {
      const [problem = '', ...others] = problemsOf(acp({ environment: { [name]: 'some-value' } }));
      expect(problem).to.match(words).and.to.not.include('some-value');
      expect(others).to.deep.equal([]);
    });
  }

  it('refuses a value that is a secret under an innocent name, and the key in its own variable', () => {
    const token = `github_pat_${'a1B2c3D4'.repeat(8)}`;
    const [problem = ''] = problemsOf(acp({ environment: { SOME_SETTING: token } }));
    expect(problem)
      .to.match(/looks like a secret/)
      .and.to.not.include(token.slice(0, 20));
    const own = problemsOf(acp({ keyVariable: 'MODEL_ACCESS', environment: { MODEL_ACCESS: 'x' } }));
    expect(own.join()).to.match(/is where the agent finds its key/);
  });

  it('refuses a key in a variable that is somebody else’s, and a key or tokens for Kiro', () => {
    for (const keyVariable of ['PATH', 'GITHUB_TOKEN', 'LD_PRELOAD', 'HOME', 'AWS_SECRET_ACCESS_KEY', 'lower'])
      expect(problemsOf(acp({ keyVariable })), keyVariable).to.have.length(1);
    expect(problemsOf({ keyVariable: 'SOME_KEY', tokensPerRun: 5 })).to.have.length(2);
  });

  it('names all problems at once', () => {
    const agent = {
      kind: 'acp',
      command: ['npx', 'x'],
      environment: { PATH: '/x', A_TOKEN: 'y' },
      model: '-x',
      more: 1,
    };
    expect(problemsOf(agent)).to.have.length(5);
  });
});
