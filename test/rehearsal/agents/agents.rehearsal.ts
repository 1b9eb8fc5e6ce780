import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';
import { installAgent } from './install.ts';
import { type ScriptedModel, startScriptedModel } from './models/scripted-model.ts';
import { REAL_AGENTS, type RealAgent } from './real-agents.ts';
import { formatAgents, type PlayedAgent, readPlayed } from './table.ts';

const KEY = 'planted-key-of-the-scripted-model-0123456789';
const TASKS = '- [ ] 1. Lower the case\n- [ ] 2. Drop accents\n';
const LIMIT_MS = 10 * 60_000;

describe('real agents, from card to pull request', () => {
  // Ids by commas, for whoever adds one; all by default.
  const wanted = process.env.AGENT_ROWS?.split(',');
  const rows = REAL_AGENTS.filter(({ id }) => wanted?.includes(id) ?? true);
  const played: PlayedAgent[] = [];
  let model: ScriptedModel;
  let system: TestSystem | undefined;

  beforeEach(async () => {
    model = await startScriptedModel();
  });
  afterEach(async () => {
    await system?.close();
    system = undefined;
    await model.close();
    // Each time, so that an interrupted rehearsal leaves what it has played.
    if (process.env.AGENT_TABLE) await writeFile(process.env.AGENT_TABLE, formatAgents(played));
  });

  for (const row of rows) {
    it(`${row.id} implements two tasks`, async function () {
      this.timeout(LIMIT_MS);
      system = await play(row, {});
      const [build] = await view.buildsOf(system);
      const log = await view.logOf(system, build?.id ?? '');
      played.push(await readPlayed(row, { system, buildId: build?.id ?? '' }));
      expect(await view.lockOf(system), log).to.include({ status: 'released', lastOutcome: 'completed' });
      expect(await view.tasksDone(system)).to.deep.equal(['1', '2']);
      expect(view.columnOf(system)).to.equal('In Review');
      const metadata = JSON.parse(await view.artifactOf(system, build?.id ?? '', 'metadata.json'));
      const made = metadata.changedFiles.filter((file: string) => !file.startsWith('.kiro/'));
      expect(made, 'nothing of the agent’s own').to.have.length(2);
      for (const file of made) expect(file).to.match(/^src\/made-[0-9a-f]{8}\.js$/);
      expect([...model.keys], 'the key came to the model').to.include(KEY);
      expect(log).to.not.include(KEY);
    });
  }

  if (rows.some(({ id }) => id === 'codex')) {
    it('takes no word of a Codex whose own sandbox lets it write nothing', async function () {
      this.timeout(LIMIT_MS);
      const codex = REAL_AGENTS.find(({ id }) => id === 'codex');
      if (codex === undefined) throw new Error('there is no Codex');
      system = await play(codex, { 'danger-full-access': 'read-only' });
      expect(await view.lockOf(system)).to.include({ lastOutcome: 'agent-changed-nothing' });
      expect(await view.tasksDone(system)).to.deep.equal([]);
    });
  }

  /** A whole build, whose programs reach the model alone. `instead` replaces words of the command. */
  async function play(row: RealAgent, instead: Readonly<Record<string, string>>): Promise<TestSystem> {
    // OpenCode asks itself over 127.0.0.1, which must not go by the proxy: so the model has the other name.
    const url = model.url.replace('127.0.0.1', 'localhost');
    const replaced = (word: string) =>
      Object.entries(instead).reduce((text, [from, to]) => text.replaceAll(from, to), word);
    const { keyVariable } = row;
    const command = row.command(await installAgent(row), url).map(replaced);
    const agent = { kind: 'acp', command, environment: row.environment(url), keyVariable };
    const network = { allow: [], agent: [new URL(url).host] };
    const made = await createTestSystem({ tasks: TASKS, config: { agent, network }, env: { AGENT_KEY: KEY } });
    await made.run();
    return made;
  }
});
