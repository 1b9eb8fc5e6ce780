import { REPOSITORY_ROOT } from '../../../src/adapters/bundle/bundle.ts';
import { measurePrograms } from './processes.ts';
import { compare, type Row } from './row.ts';

const PROGRAM = `
  const { generatedFiles } = await import('./src/stacks/documents/generated-files.ts');
  const { ENVIRONMENTS, SANDBOX } = await import('./src/stacks/environments.ts');
  generatedFiles({ environments: ENVIRONMENTS, sandbox: SANDBOX });
`;

/** Emitting all templates and generated files from the sources, beside Node with nothing to do. */
export async function measureSynth({ quick }: { quick: boolean }): Promise<Row[]> {
  const evaluate = (program: string) => ['--input-type=module', '--eval', program];
  const programs = { empty: evaluate(''), synth: evaluate(PROGRAM) };
  const wallMs = await measurePrograms(programs, { runs: quick ? 3 : 9, cwd: REPOSITORY_ROOT });
  const [empty, synth] = [wallMs('empty'), wallMs('synth')];
  return [
    compare({
      group: 'synth',
      what: 'all templates from the builders',
      value: synth,
      unit: 'ms',
      against: { what: 'empty Node process', value: empty },
      note: `${(synth - empty).toFixed(0)} ms beyond it`,
      earlier: '5,910 ms',
    }),
  ];
}
