import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { type Counts, NO_TESTS } from '../counts.ts';
import { readResults } from '../drill-results.ts';
import type { Part } from './part.ts';
import { missingTools } from './tools.ts';

/** Makes a part of a full drill of one area: each run counts as a test. */
export function drillPart({ area, shows }: { area: string; shows: string }): Part {
  return { name: area, shows, missing: async () => missingTools(['git']), run: () => runDrill(area) };
}

/** In a process of its own, since the drill changes its environment. */
async function runDrill(area: string): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiro-drill-'));
  try {
    const results = path.join(folder, 'drill.jsonl');
    const command = ['scripts/dev/drill.ts', '--area', area, '--results', results];
    const { exitCode } = await execa(process.execPath, command, {
      reject: false,
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
    });
    if (exitCode !== 0 && exitCode !== 1) return { ...NO_TESTS, failed: 1 };
    const runs = readResults(results, area);
    const failed = runs.filter(({ violations }) => violations.length > 0).length;
    // What never struck in any run fails the drill as a whole.
    return { ...NO_TESTS, passed: runs.length - failed, failed: exitCode === 1 ? Math.max(failed, 1) : failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
