import type { Argv } from '../../argv.ts';
import { shellWords } from '../../shell-words.ts';
import { appendTo, type ScriptsOf } from './append-to.ts';
import { MEASURING_FILES } from './files.ts';
import { runProgram, runScript } from './package-manager.ts';
import { expandScript, programOf, type ScriptCommand } from './scripts.ts';

const REPORTER = '--reporter=lcovonly';
/** Of c8 and nyc. */
export const REPORT: readonly string[] = [REPORTER, '--report-dir=coverage'];
const MACHINE_READABLE = /lcov|cobertura|clover|json-summary/;

/** Returns the tool that measures the tests of a command, which runs something, and does more than report; null where none does. */
export function toolOf(command: ScriptCommand): 'c8' | 'nyc' | 'other' | null {
  const line = command.join(' ');
  const [, wrapper, rest = ''] = /(?:^|[\s/])(c8|nyc|monocart)\s+(.*)$/.exec(line) ?? [];
  if (wrapper !== undefined && /^(?:report|check-coverage|merge|instrument)\b/.test(rest)) return null;
  if (wrapper === 'c8' || wrapper === 'nyc') return wrapper;
  if (
    wrapper !== undefined ||
    /--coverage(?!=false)\b|--experimental-test-coverage|\bistanbul cover\b|--cov\b|\b--collectCoverage\b/.test(line)
  )
    return 'other';
  // tap measures unless it is told not to.
  return programOf(command) === 'tap' && !/--no-coverage|--disable-coverage|--no-cov/.test(line) ? 'c8' : null;
}

/** Options by which runners write a report that is read, whatever their configuration says. */
const OWN_REPORTERS: Readonly<Record<string, string>> = {
  jest: '--coverageReporters=lcov',
  'react-scripts': '--coverageReporters=lcov',
  craco: '--coverageReporters=lcov',
  'react-app-rewired': '--coverageReporters=lcov',
  vitest: '--coverage.reporter=lcov',
  vp: '--coverage.reporter=lcov',
  bun: '--coverage-reporter=lcov',
};
const NAMES_REPORTER = /reporters?[=\s][\w,\s"'-]*?(?:lcov|cobertura|clover|json-summary)/i;

/** Returns the command of a script (null: of none) that measures, and writes a report that is read: many print a table unless they are
 *  told otherwise. Runners get an option; from what c8 and nyc counted a report is asked for once more. */
export function withReport(of: ScriptsOf, { script, argv }: { script: string | null; argv: Argv }): Argv {
  const commands = script === null ? [[...argv]] : expandScript(of.manifest, script);
  const measuring = commands.find((command) => toolOf(command) !== null);
  const tool = measuring && toolOf(measuring);
  if (!measuring || !tool) return argv;
  if (tool === 'other') {
    const reporter = Object.hasOwn(OWN_REPORTERS, programOf(measuring))
      ? OWN_REPORTERS[programOf(measuring)]
      : undefined;
    if (reporter === undefined || NAMES_REPORTER.test(measuring.join(' '))) return argv;
    return appendTo(of, { script, argv, commands, runner: measuring, args: [reporter] });
  }
  const lines = commands.map((command) => command.join(' ')).join('\n');
  const configuration = configurationOf(of);
  if (MACHINE_READABLE.test(lines) || MACHINE_READABLE.test(configuration)) return argv;
  if (programOf(measuring) === 'tap') {
    return runScript(of.manager, script ?? 'test', '--coverage-report=lcovonly');
  }
  const places = placesIn(measuring, tool);
  // c8 looks for what it counted in the folder of its reports.
  const isPlaced = /reports?-dir/.test(places.join(' ')) || (tool === 'c8' && /reports?-dir/.test(configuration));
  const report = runProgram(of.manager, [tool, 'report', ...(isPlaced ? [REPORTER] : REPORT), ...places]);
  return ['sh', '-c', `${shellWords(argv)} && ${shellWords(report)}`];
}

/** Options of c8 and nyc that say where they write and what configures them. */
const PLACES: Readonly<Record<string, string>> = {
  ...{ '-o': '--reports-dir', '--reports-dir': '--reports-dir', '--report-dir': '--report-dir' },
  ...{ '-t': '--temp-dir', '--temp-dir': '--temp-dir', '--temp-directory': '--temp-directory' },
  ...{ '-c': '--config', '--config': '--config', '--nycrc-path': '--nycrc-path', '--cwd': '--cwd' },
};

/** Those of a command, which stand before the program that it measures. */
function placesIn(command: ScriptCommand, tool: string): string[] {
  const words = command.slice(command.findIndex((word) => word === tool || word.endsWith(`/${tool}`)) + 1);
  const places: string[] = [];
  for (let at = 0; at < words.length && words[at]?.startsWith('-'); at += 1) {
    const [option = '', inline] = (words[at] ?? '').split(/=(.*)/);
    const next = words[at + 1] ?? '';
    const name = Object.hasOwn(PLACES, option) ? PLACES[option] : undefined;
    const isValued = inline === undefined && (name !== undefined || VALUED.test(option));
    if (name !== undefined) places.push(`${name}=${(inline ?? next).replace(/^["']|["']$/g, '')}`);
    if (isValued) at += 1;
  }
  return places;
}

/** Other options whose value stands in a word of its own. */
const VALUED =
  /^(?:-[rnxei]|--(?:reporter|include|exclude|extension|require|src|lines|branches|functions|statements))$/;

function configurationOf({ folder, manifest }: ScriptsOf): string {
  const own = ['c8', 'nyc', 'tap'].map((tool) => manifest.configuration(tool));
  return [...MEASURING_FILES.map((file) => folder.text(file)), ...own].join('\n');
}
