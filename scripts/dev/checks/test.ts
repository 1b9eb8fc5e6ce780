import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import * as z from 'zod';

/** Floor of line coverage of our own code, in percent. */
const FLOOR_PCT = 85;

/** What c8 writes; the percentage is a text when there are no lines. */
const coverageSummary = z.object({
  total: z.object({ lines: z.object({ total: z.number(), pct: z.union([z.number(), z.string()]) }) }),
});

/** `npm test` after the checks: all tests under coverage; red below the floor or when nothing was seen. */
function main(): number {
  rmSync('coverage', { recursive: true, force: true });
  const run = spawnSync('c8', ['node', 'scripts/dev/checks/test-shards.ts'], { stdio: 'inherit' });
  if (run.status !== 0) return run.status ?? 1;
  const { total } = coverageSummary.parse(JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')));
  const { pct } = total.lines;
  const met = total.lines.total > 0 && typeof pct === 'number' && pct >= FLOOR_PCT;
  process.stdout.write(
    `coverage of our own code: ${pct} % of ${total.lines.total} lines (floor ${FLOOR_PCT} %)${met ? '' : ': too low'}\n`,
  );
  return met ? 0 : 1;
}

process.exitCode = main();
