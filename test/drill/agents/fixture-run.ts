import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSandbox } from '../../../src/adapters/process/sandbox.ts';
import { DEFAULT_TASK_LIMITS } from '../../../src/core/agent/limits.ts';
import { CONTRACT_AGENTS, KEY } from '../../contract/agent-endings/agents.ts';
import { ADAPTER_ROWS } from '../../contract/agent-endings/rows.ts';
import { processesOf } from '../../process-state.ts';
import type { DrillResult } from '../area.ts';
import { createRandom } from '../flows/random.ts';

/** One row of the contract by one fixture program, in a real sandbox. */
export interface Fixture {
  readonly key: string;
  perform(seed: number): Promise<DrillResult>;
}

/** Every row of the contract that an agent's adapter decides, by each fixture program that can. */
export const FIXTURES: readonly Fixture[] = CONTRACT_AGENTS.flatMap(({ name, cell, make }) =>
  ADAPTER_ROWS.flatMap((row): Fixture[] => {
    const asked = cell(row);
    if (!('ends' in asked)) return [];
    const key = `${row.what}: ${name}'s program`;
    return [{ key, perform: (seed) => performFixture({ key, seed, row, asked, make }) }];
  }),
);

type Asked = Extract<ReturnType<(typeof CONTRACT_AGENTS)[number]['cell']>, { readonly ends: unknown }>;

/** Seeds that are even stop the program from outside at some moment. */
async function performFixture({
  key,
  seed,
  row,
  asked,
  make,
}: {
  key: string;
  seed: number;
  row: (typeof ADAPTER_ROWS)[number];
  asked: Asked;
  make: (typeof CONTRACT_AGENTS)[number]['make'];
}): Promise<DrillResult> {
  const random = createRandom(seed);
  const directory = mkdtempSync(path.join(tmpdir(), 'agent-drill-'));
  const sandbox = await createSandbox({ user: 'none', runDirectory: directory, graceMs: 150 });
  const workspace = path.join(directory, 'workspace');
  mkdirSync(workspace);
  const stop = new AbortController();
  const isStopped = seed % 2 === 0;
  const timer = isStopped ? setTimeout(() => stop.abort(), random.below(1_500)) : undefined;
  const progress: string[] = [];
  try {
    const result = await make(sandbox, { scenario: asked.scenario, limits: row.limits ?? DEFAULT_TASK_LIMITS }).run({
      ...{ prompt: '<task>\n- [ ] 1. Make it\n</task>', cwd: workspace, creditLimit: null },
      ...{ timeoutMs: 120_000, silenceMs: 60_000, signal: stop.signal },
      onProgress: (text) => progress.push(text),
      ...row.request,
    });
    await sandbox.end();
    const left = processesOf(directory);
    return {
      struck: [key],
      violations: [
        ...(result.kind === asked.ends || (isStopped && result.kind === 'aborted')
          ? []
          : [`ending: ${result.kind} instead of ${asked.ends}: ${result.detail}`]),
        ...(left.length > 0 ? [`nothing left: processes ${left.join(', ')} still run`] : []),
        ...(JSON.stringify([result, progress]).includes(KEY) ? ['no secret: its key stands in the result'] : []),
      ],
    };
  } finally {
    clearTimeout(timer);
    await sandbox.close();
    rmSync(directory, { recursive: true });
  }
}
