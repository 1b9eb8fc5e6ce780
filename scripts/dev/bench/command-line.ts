import { REPOSITORY_ROOT } from '../../../src/adapters/bundle/bundle.ts';
import { measurePrograms } from './processes.ts';
import { compare, type Row } from './row.ts';

/** The start of the command line, beside Node with nothing to do. */
export async function measureCommandLine({ quick }: { quick: boolean }): Promise<Row[]> {
  const programs = { empty: ['--input-type=module', '--eval', ''], help: ['scripts/cli.ts', '--help'] };
  const wallMs = await measurePrograms(programs, { runs: quick ? 3 : 9, cwd: REPOSITORY_ROOT });
  const [empty, help] = [wallMs('empty'), wallMs('help')];
  return [
    compare({
      group: 'command line',
      what: 'kiro-worker --help',
      value: help,
      unit: 'ms',
      against: { what: 'empty Node process', value: empty },
      note: `goal: 250 ms where an empty process takes 60`,
    }),
  ];
}
