import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Floor of line coverage of our own code, in percent. */
const FLOOR_PCT = 85;

/** `npm test` after the checks: all tests under coverage, closing with the line `N passed, N failed, N skipped`; red when a
 *  test failed, below the floor, or when nothing was seen. */
function main(): number {
  rmSync('coverage', { recursive: true, force: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'kiro-test-'));
  try {
    const countsFile = path.join(folder, 'counts.json');
    const env = { ...process.env, COUNTS_FILE: countsFile };
    const { status } = spawnSync('c8', ['node', 'scripts/checks/halves.ts'], { stdio: 'inherit', env });
    const covered = status === 0 && isCovered();
    const { passed, failed, skipped } = JSON.parse(readFileSync(countsFile, 'utf8'));
    process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    return status !== 0 ? (status ?? 1) : covered ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isCovered(): boolean {
  const { total } = JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')) as {
    total: { lines: { total: number; pct: number | string } };
  };
  const { pct } = total.lines;
  const met = total.lines.total > 0 && typeof pct === 'number' && pct >= FLOOR_PCT;
  process.stdout.write(
    `coverage of our own code: ${pct} % of ${total.lines.total} lines (floor ${FLOOR_PCT} %)${met ? '' : ': too low'}\n`,
  );
  return met;
}

process.exitCode = main();
