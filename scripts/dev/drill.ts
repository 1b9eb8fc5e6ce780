import { Command, InvalidArgumentError, Option } from 'commander';
import { type DrillArea, LEVELS, type Level } from '../../test/drill/area.ts';
import { AREAS } from '../../test/drill/areas.ts';
import { type DrilledRun, drillArea } from '../../test/drill/drill.ts';
import { formatTable } from '../terminal/table.ts';
import { writeStrikes } from './drill-document.ts';
import { addResult, readResults } from './drill-results.ts';

interface Options {
  readonly area: string;
  readonly level: Level;
  readonly runs?: number;
  readonly seed: number;
  readonly results?: string;
  readonly table?: string;
  readonly selftest?: boolean;
}

/** Drills one area and closes with `N runs, V violations`; exit code 1 on a violation or when nothing ran. */
async function drill({ area: name, level, selftest, ...options }: Options): Promise<number> {
  const load = AREAS[name];
  if (!load) throw new Error(`No area ${name}.`);
  const area = await load({ level });
  process.stdout.write(`${area.name}: ${area.shows}\n`);
  try {
    return selftest ? await testItself(area) : await drillSeeds(area, options);
  } finally {
    await area.close();
  }
}

async function drillSeeds(
  area: DrillArea,
  { runs, seed, results, table }: Pick<Options, 'runs' | 'seed' | 'results' | 'table'>,
): Promise<number> {
  const say = (line: string) => process.stdout.write(`  ${line}\n`);
  const earlier = results
    ? {
        known: readResults(results, area.name),
        keep: (run: DrilledRun) => addResult(results, { area: area.name, run }),
      }
    : {};
  const report = await drillArea(area, { seed, runs: runs ?? area.fullRuns, report: say, ...earlier });
  const rows = [...report.strikes].map(([key, count]) => [key, String(count)]);
  process.stdout.write(`\n${formatTable({ head: ['what struck', 'times'], rows })}\n\n`);
  if (table) await writeStrikes(table, { area: area.name, report });
  process.stdout.write(`${report.runs} runs, ${report.violations.length} violations\n`);
  return report.violations.length > 0 || report.runs === 0 ? 1 : 0;
}

/** Puts the area's known bugs in and closes with `N planted, N caught`; exit code 1 when one went unnoticed. */
async function testItself(area: DrillArea): Promise<number> {
  const bugs = (await area.selfTest?.()) ?? [];
  const rows = bugs.map(({ name, caughtBy }) => [name, caughtBy ?? 'NOT CAUGHT']);
  process.stdout.write(`\n${formatTable({ head: ['planted bug', 'caught by'], rows })}\n\n`);
  const caught = bugs.filter(({ caughtBy }) => caughtBy !== null).length;
  process.stdout.write(`${bugs.length} planted, ${caught} caught\n`);
  return caught === bugs.length && bugs.length > 0 ? 0 : 1;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InvalidArgumentError('must be a whole number from 0');
}

const program = new Command('drill')
  .description('Tries to break the product, seed by seed; a seed replays exactly.')
  .addOption(new Option('--area <name>', 'what to drill').choices(Object.keys(AREAS)).default('flows'))
  .addOption(new Option('--level <level>', 'where it runs').choices(LEVELS).default('in-process'))
  .option('--runs <n>', 'how many seeds (default: what the area calls a full drill)', parseCount)
  .option('--seed <n>', 'the first seed', parseCount, 1)
  .option('--results <file>', 'adds each run as a JSON line; those in the file count and are not run again')
  .option('--table <file>', 'puts what struck into the marked place of a document')
  .option('--selftest', 'puts known bugs in, which the drill must notice')
  .parse();
process.exit(await drill(program.opts()));
