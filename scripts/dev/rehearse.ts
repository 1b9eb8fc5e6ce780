import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatTable } from '../terminal/table.ts';
import { addCounts, type Counts, formatCounts, NO_TESTS } from './counts.ts';
import { runMocha } from './mocha-process.ts';
import type { Part } from './rehearsal/part.ts';
import { LANES, PARTS } from './rehearsal/parts.ts';
import { playPart } from './rehearsal/play.ts';

interface Played {
  readonly part: Part;
  readonly counts: Counts;
  readonly seconds: number;
}

/** Runs the rehearsal's parts, the lanes side by side, and closes with `N passed, N failed, N skipped`; exit code 1 when something
 *  failed or nothing ran. A missing tool skips its part, except with CI=true, where it fails. */
async function rehearse({ only }: { only?: string[] }): Promise<number> {
  return only === undefined ? conclude(addCounts(await Promise.all(LANES.map(runLane)))) : rehearseParts(only);
}

/** In a process of its own, since a part is known by the environment that all it starts gets from there. */
async function runLane(parts: readonly Part[], lane: number): Promise<Counts> {
  let rest = '';
  const onOutput = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) process.stdout.write(`${lane + 1} | ${line}\n`);
  };
  const { counts, exitCode, how } = await runMocha({
    program: 'scripts/dev/rehearse.ts',
    files: ['--only', ...parts.map(({ name }) => name)],
    onOutput,
    onStart(child) {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    },
  });
  if (counts !== null && (exitCode === 0 || counts.failed > 0)) return counts;
  process.stdout.write(`${lane + 1} | ended with ${how}\n`);
  return { ...NO_TESTS, failed: 1 };
}

async function rehearseParts(only: readonly string[]): Promise<number> {
  const isMeant = (part: Part, name: string) => part.name === name || part.name.startsWith(`${name}-`);
  const unknown = only.filter((name) => !PARTS.some((part) => isMeant(part, name)));
  if (unknown.length > 0) {
    process.stderr.write(`No part ${unknown.join(', ')}; there are: ${PARTS.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  process.env.REHEARSAL_FOLDER = resolve('.rehearsal');
  const played: Played[] = [];
  for (const part of PARTS.filter((part) => only.some((name) => isMeant(part, name)))) {
    process.stdout.write(`\n${part.name}: ${part.shows}\n`);
    const startedAt = performance.now();
    const counts = await playPart(part, {
      everyPartMustRun: process.env.CI === 'true',
      say: (line) => process.stdout.write(`  ${line}\n`),
    });
    played.push({ part, counts, seconds: (performance.now() - startedAt) / 1000 });
    // A signal has ended the part, so the rest does not run.
    if (process.exitCode) break;
  }
  process.stdout.write(`\n${tableOf(played)}\n\n`);
  return conclude(addCounts(played.map(({ counts }) => counts)));
}

async function conclude(total: Counts): Promise<number> {
  // For whoever adds up several runs; the parts have had files of their own.
  if (process.env.COUNTS_FILE) await writeFile(process.env.COUNTS_FILE, JSON.stringify(total));
  process.stdout.write(`${formatCounts(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

function tableOf(played: readonly Played[]): string {
  return formatTable({
    head: ['part', 'passed', 'failed', 'skipped', 'seconds', 'what it shows'],
    rows: played.map(({ part, counts: { passed, failed, skipped }, seconds }) => [
      part.name,
      ...[passed, failed, skipped].map(String),
      seconds.toFixed(1),
      part.shows,
    ]),
  });
}

const program = new Command('rehearse')
  .description('Runs what needs more time or tools than the tests: the whole matrix and the emulators.')
  .option('--only <names...>', 'only these parts, and those whose names go on from there (operate: also operate-slow)')
  .parse();
process.exit(await rehearse(program.opts()));
