import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAcpAgent } from '../../src/adapters/agents/acp/acp.ts';
import { createKiroAgent } from '../../src/adapters/agents/kiro.ts';
import { createSandbox } from '../../src/adapters/process/sandbox.ts';
import { telling } from '../left-to-rehearsal.ts';
import { type AgentBehaviour, agentContract } from './agent.ts';

const KEY = 'ksk_planted-0123456789abcdef';

/** Scenarios of test/fixtures/scripted-kiro.mjs. */
const KIRO_SCENARIOS: Readonly<Record<AgentBehaviour, string>> = {
  finish: 'finish',
  'stop without a result': 'no-finish',
  'write nothing any more': 'hang',
  'print its key': 'print-key',
  'ignore SIGTERM': 'ignore-sigterm',
  'leave a grandchild': 'grandchild',
  'write huge lines': 'huge-lines',
};

for (const engine of telling(1, ['v2', 'v3'] as const)) {
  agentContract(`kiro-cli, engine ${engine}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'agent-'));
    const sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 150 });
    const workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    return {
      agent: (behaviour) =>
        createKiroAgent({
          sandbox,
          cliPath: resolve('test/fixtures/scripted-kiro.mjs'),
          apiKey: async () => KEY,
          engine,
          settings: { KIRO_SCENARIO: KIRO_SCENARIOS[behaviour] },
        }),
      key: KEY,
      workspace,
      grandchildFile: join(sandbox.home, 'grandchild.pid'),
      async close() {
        await sandbox.close();
        rmSync(directory, { recursive: true });
      },
    };
  });
}

/** Scenarios of test/fixtures/scripted-acp.mjs. */
const ACP_SCENARIOS: Readonly<Record<AgentBehaviour, string>> = {
  finish: 'finish',
  'stop without a result': 'early-exit',
  'write nothing any more': 'hang',
  'print its key': 'print-key',
  'ignore SIGTERM': 'ignore-sigterm',
  'leave a grandchild': 'grandchild',
  'write huge lines': 'huge-messages',
};

agentContract('Agent Client Protocol', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-'));
  const sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 150 });
  const workspace = join(directory, 'workspace');
  mkdirSync(workspace);
  return {
    agent: (behaviour) =>
      createAcpAgent({
        sandbox,
        key: async () => KEY,
        config: {
          command: ['node', resolve('test/fixtures/scripted-acp.mjs')],
          environment: { ACP_SCENARIO: ACP_SCENARIOS[behaviour] },
          keyVariable: 'AGENT_SERVICE_KEY',
        },
      }),
    key: KEY,
    workspace,
    grandchildFile: join(sandbox.home, 'grandchild.pid'),
    async close() {
      await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
});
