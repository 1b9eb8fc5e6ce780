import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { type Counts, NO_TESTS } from '../counts.ts';
import type { Part } from './part.ts';
import { missingTools } from './tools.ts';

/** What the drill writes of itself. */
const drillReport = z.object({ runs: z.number(), violations: z.array(z.object({ seed: z.number() })) });

/** Makes a part of a full drill of one area: each run counts as a test. */
export function drillPart({ area, shows }: { area: string; shows: string }): Part {
  return { name: area, shows, missing: async () => missingTools(['git']), run: () => runDrill(area) };
}

/** In a process of its own, since the drill changes its environment. */
async function runDrill(area: string): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiro-drill-'));
  try {
    const json = path.join(folder, 'drill.json');
    const command = ['scripts/dev/drill.ts', '--area', area, '--json', json];
    const { exitCode } = await execa(process.execPath, command, {
      reject: false,
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
    });
    if (exitCode !== 0 && exitCode !== 1) return { ...NO_TESTS, failed: 1 };
    const { runs, violations } = drillReport.parse(JSON.parse(readFileSync(json, 'utf8')));
    const failed = new Set(violations.map(({ seed }) => seed)).size;
    return { ...NO_TESTS, passed: runs - failed, failed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
