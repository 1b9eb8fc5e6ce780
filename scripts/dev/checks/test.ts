import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { formatCounts, parseCounts } from '../counts.ts';

/** Floor of line coverage of our own code, in percent. */
const FLOOR_PCT = 85;

/** What c8 writes; the percentage is a text when there are no lines. */
const coverageSummary = z.object({
  total: z.object({ lines: z.object({ total: z.number(), pct: z.union([z.number(), z.string()]) }) }),
});

/** `npm test` after the checks: all tests under coverage, closing with the line `N passed, N failed, N skipped`; red when a
 *  test failed, below the floor, or when nothing was seen. */
function main(): number {
  rmSync('coverage', { recursive: true, force: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'kiro-test-'));
  try {
    const countsFile = path.join(folder, 'counts.json');
    const env = { ...process.env, COUNTS_FILE: countsFile, TEST_RUN_FOLDER: folder };
    const { status } = spawnSync('c8', ['node', 'scripts/dev/checks/test-shards.ts'], { stdio: 'inherit', env });
    const covered = status === 0 && isCovered();
    reportCounts(countsFile);
    return status === 0 && covered ? 0 : status || 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Prints the counts as the last line, and hands them on to whoever asked for them. */
function reportCounts(countsFile: string): void {
  if (!existsSync(countsFile)) return;
  const text = readFileSync(countsFile, 'utf8');
  if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, text);
  process.stdout.write(`${formatCounts(parseCounts(text))}\n`);
}

function isCovered(): boolean {
  const { total } = coverageSummary.parse(JSON.parse(readFileSync('coverage/coverage-summary.json', 'utf8')));
  const { pct } = total.lines;
  const met = total.lines.total > 0 && typeof pct === 'number' && pct >= FLOOR_PCT;
  process.stdout.write(
    `coverage of our own code: ${pct} % of ${total.lines.total} lines (floor ${FLOOR_PCT} %)${met ? '' : ': too low'}\n`,
  );
  return met;
}

process.exitCode = main();
