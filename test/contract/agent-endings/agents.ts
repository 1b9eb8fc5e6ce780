import { resolve } from 'node:path';
import { createAcpAgent } from '../../../src/adapters/agents/acp/acp.ts';
import { createKiroAgent } from '../../../src/adapters/agents/kiro.ts';
import type { LocalSandbox } from '../../../src/adapters/process/sandbox.ts';
import type { TaskLimits } from '../../../src/core/agent/limits.ts';
import type { Agent, AgentResult } from '../../../src/core/ports/agent.ts';
import type { AdapterRow, Cell } from './rows.ts';

/** The key of both, which may stand nowhere. */
export const KEY = 'ksk_planted-0123456789abcdef';

type Make = (sandbox: LocalSandbox, played: { scenario: string; limits: TaskLimits }) => Agent;

/** Both kinds of agents, each with its fixture program. */
export const CONTRACT_AGENTS: ReadonlyArray<{
  name: string;
  cell: (row: AdapterRow) => Cell<AgentResult['kind']>;
  make: Make;
}> = [
  {
    name: 'Kiro CLI',
    cell: ({ kiro }) => kiro,
    make: (sandbox, { scenario, limits }) =>
      createKiroAgent({
        sandbox,
        cliPath: resolve('test/fixtures/scripted-kiro.mjs'),
        apiKey: async () => KEY,
        engine: 'v3',
        settings: { KIRO_SCENARIO: scenario },
        limits,
      }),
  },
  {
    name: 'ACP',
    cell: ({ acp }) => acp,
    make: (sandbox, { scenario, limits }) =>
      createAcpAgent({
        sandbox,
        key: async () => KEY,
        config: {
          command: ['node', resolve('test/fixtures/scripted-acp.mjs')],
          environment: { ACP_SCENARIO: scenario },
          keyVariable: 'AGENT_SERVICE_KEY',
        },
        limits,
      }),
  },
];
