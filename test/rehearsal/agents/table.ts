import type { TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';
import type { RealAgent } from './real-agents.ts';

/** What was seen of one agent. */
export interface PlayedAgent {
  readonly row: RealAgent;
  /** Of the first task, in ms. */
  readonly initialize: number | null;
  readonly session: number | null;
  readonly turn: number | null;
  /** In both tasks. */
  readonly asked: number;
  readonly tokens: string;
  readonly outcome: string;
}

/** Reads what the logs of a build say of its agent. */
export async function readPlayed(
  row: RealAgent,
  { system, buildId }: { system: TestSystem; buildId: string },
): Promise<PlayedAgent> {
  const names = ['logs/agent-01.log', 'logs/agent-02.log'];
  const logs = await Promise.all(names.map((name) => view.artifactOf(system, buildId, name).catch(() => '')));
  const [first = ''] = logs;
  const ms = (what: string) => {
    const found = new RegExp(`^\\[acp\\] ${what}: (\\d+) ms`, 'm').exec(first)?.[1];
    return found === undefined ? null : Number(found);
  };
  const asked = logs.join('\n').match(/^\[(?:allowed|rejected|cancelled)\]/gm)?.length ?? 0;
  const tokens = /^\[acp\] turn: .*, (\S+) tokens$/m.exec(first)?.[1] ?? 'unknown';
  const { lastOutcome } = await view.lockOf(system);
  return {
    ...{ row, asked, tokens, outcome: lastOutcome ?? 'none' },
    ...{ initialize: ms('initialize'), session: ms('session'), turn: ms('turn') },
  };
}

const HEAD = `# Real agents

<!-- Written by: AGENT_TABLE=docs/agents-table.md npm run rehearse -- --only agents -->

Each agent below was installed from the registry at a pinned version and worked in a whole build: a repository with a card and a spec
of two tasks, as a user of its own, with a scripted model on this machine as the only place that it could reach. Times are those of the
first task. What an agent makes of a real model is not shown by this; that needs a key.

`;

/** Returns the page of all agents. */
export function formatAgents(played: readonly PlayedAgent[]): string {
  const head = ['agent', 'handshake', 'session', 'turn', 'permissions asked', 'tokens told', 'size', 'outcome'];
  const rows = played.map(({ row, initialize, session, turn, asked, tokens, outcome }) => [
    `\`${row.package}\` ${row.version}`,
    ...[initialize, session, turn].map((ms) => (ms === null ? 'none' : `${(ms / 1000).toFixed(1)} s`)),
    asked === 0 ? 'none' : String(asked),
    tokens === 'unknown' ? 'none' : 'yes',
    `${row.megabytes} MB`,
    outcome,
  ]);
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${HEAD}${lines.join('\n')}\n`;
}
