import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

/** Floor of line coverage of our own code, in percent. */
const FLOOR_PCT = 85;

/** `npm test` after the checks: all tests in one runner under coverage; red below the floor or when nothing was seen. */
function main(): number {
  rmSync('coverage', { recursive: true, force: true });
  const run = spawnSync('c8', ['node', 'scripts/dev/checks/test-shards.ts'], { stdio: 'inherit' });
  if (run.status !== 0) return run.status ?? 1;
  const { total } = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')) as {
    total: { lines: { total: number; pct: number | string } };
  };
  const { pct } = total.lines;
  const met = total.lines.total > 0 && typeof pct === 'number' && pct >= FLOOR_PCT;
  process.stdout.write(
    `coverage of our own code: ${pct} % of ${total.lines.total} lines (floor ${FLOOR_PCT} %)${met ? '' : ': too low'}\n`,
  );
  return met ? 0 : 1;
}

process.exitCode = main();
