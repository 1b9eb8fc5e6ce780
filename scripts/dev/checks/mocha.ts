import { writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import mocharc from '../../../.mocharc.json' with { type: 'json' };
import { type Counts, formatCounts } from '../counts.ts';

/** Runs mocha on the given globs (those of .mocharc.json without any), and closes with the line
 *  `N passed, N failed, N skipped`. Exit code 1 when a test failed or none ran. COUNTS_FILE gets the counts as JSON. */
async function runTests(globs: readonly string[]): Promise<number> {
  for (const file of mocharc.require) await import(pathToFileURL(path.resolve(file)).href);
  const mocha = new Mocha({
    timeout: mocharc.timeout,
    slow: mocharc.slow,
    forbidOnly: true,
    reporter: 'dot',
  });
  const files: string[] = [];
  for await (const file of glob([...(globs.length > 0 ? globs : mocharc.spec)])) files.push(path.resolve(file));
  for (const file of files.sort()) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const counts = await new Promise<Counts>((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
  if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts));
  process.stdout.write(`${formatCounts(counts)}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

process.exit(await runTests(process.argv.slice(2)));
