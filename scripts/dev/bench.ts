import { cpus } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { formatTable } from '../terminal/table.ts';
import { measureBundles } from './bench/bundles.ts';
import { measureCommandLine } from './bench/command-line.ts';
import { measureContention } from './bench/contention.ts';
import { measureDeployment } from './bench/deployment.ts';
import { measureIntegrity } from './bench/integrity.ts';
import { measureLarge } from './bench/large.ts';
import { measureLocks } from './bench/locks.ts';
import { measureRequests } from './bench/requests.ts';
import type { Row } from './bench/row.ts';
import { measureSecrets } from './bench/secrets.ts';
import { measureSynth } from './bench/synth.ts';
import { measureTrees } from './bench/trees.ts';
import { measureWorker } from './bench/worker.ts';

interface Options {
  readonly rounds?: number;
  readonly only?: readonly string[];
  readonly quick?: boolean;
  readonly json?: boolean;
}

/** Measures the hot paths, each beside something plain on the same machine in the same run; it judges nothing. */
async function bench({ only, quick = false, json = false, rounds = quick ? 2_000 : 100_000 }: Options): Promise<void> {
  const parts: Record<string, () => Promise<Row[]>> = {
    'lock throughput': () => measureLocks({ quick }),
    'requests to GitHub': () => measureRequests({ quick }),
    'bundles and cold start': () => measureBundles({ quick }),
    worker: () => measureWorker({ quick }),
    trees: () => measureTrees({ quick }),
    'large repositories': () =>
      measureLarge(quick ? { files: 5_000, historyMb: 50 } : { files: 50_000, historyMb: 1_000 }),
    'test integrity': () => measureIntegrity({ quick }),
    secrets: () => measureSecrets({ quick }),
    synth: () => measureSynth({ quick }),
    deployment: () => measureDeployment({ quick }),
    'command line': () => measureCommandLine({ quick }),
    [`${rounds.toLocaleString('en')} rounds of contention`]: () => measureContention({ rounds }),
  };
  const rows: Row[] = [];
  const unknown = (only ?? []).filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) throw new Error(`No part ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  for (const [name, measure] of Object.entries(parts)) {
    if (only !== undefined && !only.includes(name)) continue;
    process.stderr.write(`measuring: ${name}\n`);
    rows.push(...(await measure()));
  }
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? '' };
  if (json) process.stdout.write(`${JSON.stringify({ ...machine, quick, rounds, rows }, null, 2)}\n`);
  else process.stdout.write(`\n${tableOf(rows)}\n\n${machine.node}, ${machine.cpus} × ${machine.model}\n`);
}

function tableOf(rows: readonly Row[]): string {
  return formatTable({
    head: ['what', 'measured', 'beside', 'ratio', 'earlier / note'],
    rows: rows.map((row, index) => [
      row.group === rows[index - 1]?.group ? `  ${row.what}` : `${row.group}: ${row.what}`,
      `${numberOf(row.value)} ${row.unit}`,
      row.against ? `${numberOf(row.against.value)} (${row.against.what})` : '',
      row.ratio === null ? '' : row.ratio.toFixed(2),
      [row.earlier && `earlier: ${row.earlier}`, row.note].filter(Boolean).join('; '),
    ]),
  });
}

function numberOf(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new InvalidArgumentError('must be a whole number from 1');
}

const program = new Command('bench')
  .description('Measures hot paths as ratios in one run.')
  .option('--rounds <n>', 'rounds of contention on the embedded store', parseRounds)
  .option('--only <names...>', 'only these parts')
  .option('--quick', 'fewer repetitions')
  .option('--json', 'print one JSON document on stdout and nothing else there')
  .parse();
await bench(program.opts());
