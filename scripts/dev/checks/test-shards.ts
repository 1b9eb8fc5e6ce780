import { writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import mocharc from '../../../.mocharc.json' with { type: 'json' };
import { addCounts, type Counts, formatCounts, NO_TESTS } from '../counts.ts';
import { runMocha } from '../mocha-process.ts';

/** Suites that run real builds, stores under contention and processes take about half of the time. */
const SLOW_SUITES = /^test\/(?:e2e|contract\/(?:build|locks))/;

/** Runs all tests of .mocharc.json in two shards side by side, as machines have two cores; closes with the one line
 *  `N passed, N failed, N skipped` of both. Exit code 1 when a test failed, a shard broke, or one of them ran nothing. */
async function runShards(): Promise<number> {
  const files: string[] = [];
  for await (const file of glob(mocharc.spec)) files.push(file.split(path.sep).join('/'));
  const shards = [files.filter((file) => SLOW_SUITES.test(file)), files.filter((file) => !SLOW_SUITES.test(file))];
  const all = await Promise.all(shards.map(runShard));
  const sum = addCounts(all);
  if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(sum));
  process.stdout.write(`\n${formatCounts(sum)}\n`);
  return sum.failed > 0 || all.some(({ passed }) => passed === 0) ? 1 : 0;
}

/** The dots of both shards are shown as they come; what a shard says at its end comes in one piece. */
async function runShard(files: readonly string[]): Promise<Counts> {
  let output = '';
  const onOutput = (text: string) => {
    if (/^[.!,\s]+$/.test(text)) process.stdout.write(text.replace(/\s+/g, ''));
    else output += text;
  };
  const { counts, exitCode, how } = await runMocha({ files, onOutput });
  process.stdout.write(`\n${output}`.replace(/^\d+ passed, .*$/m, (line) => `  ${line}`));
  if (counts !== null) return exitCode === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  process.stdout.write(`The tests ended with ${how} before they could be counted.\n`);
  return { ...NO_TESTS, failed: 1 };
}

process.exit(await runShards());
