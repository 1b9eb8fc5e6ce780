import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AREAS } from '../../test/drill/areas.ts';
import { drillArea } from '../../test/drill/drill.ts';
import { formatTable } from '../terminal/table.ts';

interface Options {
  readonly area: string;
  readonly runs?: number;
  readonly seed: number;
  readonly json?: string;
}

/** Drills one area and closes with `N runs, V violations`; exit code 1 on a violation or when nothing ran. */
async function drill({ area: name, runs, seed, json }: Options): Promise<number> {
  const load = AREAS[name];
  if (!load) throw new Error(`No area ${name}.`);
  const area = await load();
  process.stdout.write(`${area.name}: ${area.shows}\n`);
  const say = (line: string) => process.stdout.write(`  ${line}\n`);
  const report = await drillArea(area, { seed, runs: runs ?? area.fullRuns, report: say }).finally(() => area.close());
  const rows = [...report.strikes].map(([key, count]) => [key, String(count)]);
  process.stdout.write(`\n${formatTable({ head: ['what struck', 'times'], rows })}\n\n`);
  if (json) await writeFile(json, JSON.stringify({ ...report, strikes: Object.fromEntries(report.strikes) }, null, 2));
  process.stdout.write(`${report.runs} runs, ${report.violations.length} violations\n`);
  return report.violations.length > 0 || report.runs === 0 ? 1 : 0;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('must be a whole number from 0');
}

const program = new Command('drill')
  .description('Tries to break the product, seed by seed; a seed replays exactly.')
  .addOption(new Option('--area <name>', 'what to drill').choices(Object.keys(AREAS)).makeOptionMandatory())
  .option('--runs <n>', 'how many seeds (default: what the area calls a full drill)', parseCount)
  .option('--seed <n>', 'the first seed', parseCount, 1)
  .option('--json <file>', 'writes violations and strikes')
  .parse();
process.exit(await drill(program.opts()));
