/** One agent from the registry, and how it is led to a model of one's own. */
export interface RealAgent {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  /** Program and arguments; `folder` is where the package is installed, `model` the model's address. */
  readonly command: (folder: string, model: string) => readonly string[];
  readonly environment: (model: string) => Readonly<Record<string, string>>;
  readonly keyVariable: string;
  /** Size of its installation. */
  readonly megabytes: number;
}

const OPENCODE_CONFIG = (model: string) => ({
  share: 'disabled',
  autoupdate: false,
  model: 'local/scripted',
  small_model: 'local/scripted',
  provider: {
    local: {
      npm: '@ai-sdk/openai-compatible',
      options: { baseURL: `${model}/v1`, apiKey: '{env:OPENCODE_MODEL_KEY}' },
      models: { scripted: { name: 'scripted' } },
    },
  },
});

/** The newest of each at the time when its row of docs/agents.md was made. */
export const REAL_AGENTS: readonly RealAgent[] = [
  {
    id: 'opencode',
    package: 'opencode-ai',
    version: '1.18.33',
    command: (folder) => [`${folder}/node_modules/opencode-linux-x64-baseline/bin/opencode`, 'acp'],
    environment: (model) => ({ OPENCODE_CONFIG_CONTENT: JSON.stringify(OPENCODE_CONFIG(model)) }),
    keyVariable: 'OPENCODE_MODEL_KEY',
    megabytes: 354,
  },
  {
    id: 'qwen',
    package: '@qwen-code/qwen-code',
    version: '0.15.10',
    command: (folder) => [process.execPath, `${folder}/node_modules/@qwen-code/qwen-code/cli.js`, '--acp'],
    environment: (model) => ({ OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: 'scripted' }),
    keyVariable: 'OPENAI_API_KEY',
    megabytes: 55,
  },
  {
    id: 'claude',
    package: '@agentclientprotocol/claude-agent-acp',
    version: '0.101.0',
    command: (folder) => [
      process.execPath,
      `${folder}/node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js`,
    ],
    environment: (model) => ({
      ANTHROPIC_BASE_URL: model,
      DISABLE_TELEMETRY: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
    keyVariable: 'ANTHROPIC_API_KEY',
    megabytes: 402,
  },
  {
    id: 'codex',
    package: '@zed-industries/codex-acp',
    version: '0.16.0',
    command: (folder, model) => [
      `${folder}/node_modules/@zed-industries/codex-acp-linux-x64/bin/codex-acp`,
      ...Object.entries({
        model: '"scripted"',
        model_provider: '"local"',
        'model_providers.local': `{name="local",base_url="${model}/v1",env_key="CODEX_API_KEY",wire_api="responses"}`,
        // Its own sandbox within this one's lets it write nothing.
        sandbox_mode: '"danger-full-access"',
        approval_policy: '"never"',
      }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    environment: () => ({}),
    keyVariable: 'CODEX_API_KEY',
    megabytes: 223,
  },
  {
    id: 'gemini',
    package: '@google/gemini-cli',
    version: '0.61.0',
    command: (folder) => [process.execPath, `${folder}/node_modules/@google/gemini-cli/bundle/gemini.js`, '--acp'],
    environment: (model) => ({ GOOGLE_GEMINI_BASE_URL: model, GEMINI_MODEL: 'gemini-2.5-pro' }),
    keyVariable: 'GEMINI_API_KEY',
    megabytes: 100,
  },
];
