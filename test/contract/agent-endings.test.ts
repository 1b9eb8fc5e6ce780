import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createSandbox, type LocalSandbox } from '../../src/adapters/process/sandbox.ts';
import { DEFAULT_TASK_LIMITS } from '../../src/core/agent/limits.ts';
import { telling } from '../left-to-rehearsal.ts';
import { processesOf } from '../process-state.ts';
import { CONTRACT_AGENTS, KEY } from './agent-endings/agents.ts';
import { ADAPTER_ROWS } from './agent-endings/rows.ts';
import { withContract } from './agent-endings/table.ts';

const TASK = '<task>\n- [ ] 1. Make it\n</task>';

describe('contract of agents', () => {
  it('stands in docs/agents.md as it is tested', () => {
    const document = readFileSync('docs/agents.md', 'utf8');
    expect(withContract(document), 'write it by: node scripts/dev/agent-table.ts').to.equal(document);
  });

  for (const { name, cell, make } of CONTRACT_AGENTS) {
    describe(name, () => {
      let directory: string;
      let sandbox: LocalSandbox;
      before(async () => {
        directory = mkdtempSync(join(tmpdir(), 'agent-contract-'));
        sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 150 });
      });
      after(async () => {
        await sandbox.close();
        rmSync(directory, { recursive: true });
      });

      for (const row of telling(6, ADAPTER_ROWS)) {
        const asked = cell(row);
        if (!('ends' in asked)) continue;
        it(`${row.what}: ${asked.ends}`, async () => {
          const workspace = mkdtempSync(join(directory, 'workspace-'));
          mkdirSync(join(workspace, 'src'));
          const progress: string[] = [];
          const result = await make(sandbox, {
            scenario: asked.scenario,
            limits: row.limits ?? DEFAULT_TASK_LIMITS,
          }).run({
            ...{ prompt: TASK, cwd: workspace, timeoutMs: 120_000, silenceMs: 60_000, creditLimit: null },
            onProgress: (text) => progress.push(text),
            ...row.request,
          });
          expect(result.kind, result.detail).to.equal(asked.ends);
          expect(result.detail).to.match(asked.words).and.to.not.include('\n');
          expect(result.transcript.length).to.be.below(1024 * 1024 + 100);
          expect(JSON.stringify([result, progress]), 'its key').to.not.include(KEY);
          await sandbox.end();
          expect(processesOf(workspace), 'processes that are left').to.deep.equal([]);
        });
      }
    });
  }
});
