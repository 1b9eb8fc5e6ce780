import type { Argv } from '../argv.ts';

/** How a test runner is told to run what depends on these files, by its name. */
const RUNNERS: ReadonlyMap<string, (options: readonly string[], files: readonly string[]) => string[] | null> = new Map(
  [
    ['jest', (options, files) => (hasPath(options) ? null : [...options, '--findRelatedTests', ...files])],
    ['vitest', vitestRelated],
  ],
);
const SOURCE = /\.[cm]?[jt]sx?$/;
const MOST_FILES = 100;

/** Returns the command that runs the tests which depend on these files (paths from its folder), for a runner that knows them and that the
 *  command calls by itself; null where only all tests will do. */
export function affectedTests(command: Argv, files: readonly string[]): Argv | null {
  const at =
    baseName(command[0]) === 'npx' ? command.findIndex((word, index) => index > 0 && !word.startsWith('-')) : 0;
  const name = baseName(command[at] ?? '');
  const related = RUNNERS.get(name);
  // Anything else, such as a manifest or a fixture, could be used anywhere.
  const isKnown =
    files.length > 0 && files.length <= MOST_FILES && files.every((file) => SOURCE.test(file) && !file.startsWith('-'));
  const rest = related && isKnown ? related(command.slice(at + 1), files) : null;
  const [program, ...words] = [...command.slice(0, at + 1), ...(rest ?? [])];
  return rest === null || program === undefined ? null : [program, ...words];
}

function vitestRelated(options: readonly string[], files: readonly string[]): string[] | null {
  const [first, ...rest] = options;
  return first === 'run' && !hasPath(rest) ? ['related', '--run', ...rest, ...files] : null;
}

/** The command names tests itself, or gives an option a word of its own. */
function hasPath(options: readonly string[]): boolean {
  return options.some((option) => !option.startsWith('-'));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
