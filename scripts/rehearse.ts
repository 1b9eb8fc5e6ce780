import { resolve } from 'node:path';
import { Command } from 'commander';
import { addCounts, type Counts, formatCounts, type Part } from './rehearsal/part.ts';
import { listParts } from './rehearsal/parts.ts';
import { watchProcesses } from './rehearsal/watch.ts';
import { formatTable } from './table.ts';

interface Played {
  readonly part: Part;
  readonly counts: Counts;
  readonly seconds: number;
}

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs the rehearsal's parts one after the other and closes with `N passed, N failed, N skipped`; exit code 1 when
 *  something failed or nothing ran. A missing tool skips its part, except with CI=true, where it fails. */
async function rehearse({ only }: { only?: string[] }): Promise<number> {
  const all = await listParts();
  const unknown = (only ?? []).filter((name) => !all.some((part) => part.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`No part ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  process.env.REHEARSAL_FOLDER = resolve('.rehearsal');
  const played: Played[] = [];
  for (const part of all.filter(({ name }) => only?.includes(name) ?? true)) {
    process.stdout.write(`\n${part.name}: ${part.shows}\n`);
    const startedAt = performance.now();
    const counts = await play(part);
    played.push({ part, counts, seconds: (performance.now() - startedAt) / 1000 });
    if (process.exitCode) break;
  }
  const total = addCounts(played.map(({ counts }) => counts));
  process.stdout.write(`\n${tableOf(played)}\n\n`);
  await writeCounts(total);
  process.stdout.write(`${formatCounts(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

async function play(part: Part): Promise<Counts> {
  const missing = await part.missing();
  if (missing !== null) {
    const must = process.env.CI === 'true';
    process.stdout.write(`  ${must ? 'failed' : 'skipped'}: ${missing}\n`);
    return { ...NONE, [must ? 'failed' : 'skipped']: 1 };
  }
  const watch = watchProcesses();
  const counts = await part.run().catch((error: unknown) => {
    process.stdout.write(`  failed: ${error instanceof Error ? error.stack : error}\n`);
    return { ...NONE, failed: 1 };
  });
  const problems = await watch.end();
  for (const problem of problems) process.stdout.write(`  failed: ${problem}\n`);
  return { ...counts, failed: counts.failed + problems.length };
}

function tableOf(played: readonly Played[]): string {
  return formatTable({
    head: ['part', 'passed', 'failed', 'skipped', 'seconds', 'what it shows'],
    rows: played.map(({ part, counts, seconds }) => [
      part.name,
      String(counts.passed),
      String(counts.failed),
      String(counts.skipped),
      seconds.toFixed(1),
      part.shows,
    ]),
  });
}

/** For whoever adds up several runs; the parts have had files of their own. */
async function writeCounts(counts: Counts): Promise<void> {
  if (!process.env.COUNTS_FILE) return;
  const { writeFile } = await import('node:fs/promises');
  await writeFile(process.env.COUNTS_FILE, JSON.stringify(counts));
}

const program = new Command('rehearse')
  .description('Runs what needs more time or tools than the tests: the whole matrix and the emulators.')
  .option('--only <names...>', 'only these parts')
  .parse();
process.exit(await rehearse(program.opts()));
