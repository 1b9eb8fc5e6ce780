import { writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import mocharc from '../../../.mocharc.json' with { type: 'json' };
import { addCounts, type Counts, NO_TESTS } from '../counts.ts';
import { runMocha } from '../mocha-process.ts';

/** What runs side by side, as machines have two cores: whole builds, and all the rest. Each pattern is a process of its own,
 *  since starting a program copies the page tables of the process that starts it: in one of 400 MB that takes more CPU time than
 *  git itself. But each loads our modules anew. A file belongs to the first pattern that it matches. */
const LANES: readonly (readonly RegExp[])[] = [
  [/^test\/e2e\//, /^(?:test\/contract|src\/adapters\/(?:agents|files|process)|src\/local)\//],
  [/^src\/(?:adapters\/git|worker)\//, /^/],
];

/** Runs all tests of .mocharc.json in shards; COUNTS_FILE gets the counts of all as JSON. Exit code 1 when a test failed, a
 *  shard broke, or one of them ran nothing. */
async function runShards(): Promise<number> {
  const files: string[] = [];
  for await (const file of glob(mocharc.spec)) files.push(file.split(path.sep).join('/'));
  const byPattern = Map.groupBy(files, (file) => LANES.flat().find((pattern) => pattern.test(file)));
  const lanes = await Promise.all(
    LANES.map(async (patterns) => {
      const ended: Counts[] = [];
      for (const pattern of patterns) ended.push(await runShard(byPattern.get(pattern) ?? []));
      return ended;
    }),
  );
  const all = lanes.flat();
  const sum = addCounts(all);
  if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(sum));
  return sum.failed > 0 || all.some(({ passed }) => passed === 0) ? 1 : 0;
}

/** The dots of all shards are shown as they come; what a shard says at its end comes in one piece. A shard without files fails,
 *  as mocha.ts would run all tests for it. */
async function runShard(files: readonly string[]): Promise<Counts> {
  if (files.length === 0) return { ...NO_TESTS, failed: 1 };
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
