import type { Argv } from '../argv.ts';
import { isScript } from './advice.ts';
import type { FailedCommand, Sign, SuggestedSettings } from './sign.ts';

/** Packages that are not there, and Python environments that are not the repository's. */
export const PACKAGE_SIGNS: readonly Sign[] = [
  {
    id: 'externally-managed',
    pattern: /error: externally-managed-environment|This environment is externally managed/,
    isOfMachine: false,
    actsNext: 'repository-owner',
    advise: (_, failed) => ({
      says: 'Its output says that this Python belongs to the operating system and takes no packages (PEP 668).',
      remedy: 'Install into a virtual environment, and run the tests with its Python',
      withSettings: ', as below',
      settings: virtualEnvironment(failed),
    }),
  },
  {
    id: 'no-such-package',
    pattern:
      /(?:npm error|npm ERR!) code (E404|ETARGET)\b|No matching distribution found for (\S{1,100})|ERR_PNPM_NO_MATCHING_VERSION|ERR_PNPM_FETCH_404|Couldn't find (?:package|any versions for) "?(\S{1,100})|(?:Could not find|Failure to find) (?:artifact )?(\S{1,200}) in|unknown revision (\S{1,100})|^> Could not find (\S{1,200}:\S{1,100})\.$|^Package (\S{1,100}) \(.{1,60}\) not found|Because there (?:is|are) no versions? of (\S{1,100})|Because (\S{1,100}) was not found in the (?:package registry|provided)|go: (\S{1,200}): reading \S{1,300}: (?:404 Not Found|410 Gone)/,
    isOfMachine: false,
    actsNext: 'author',
    advise: ([, ...groups]) => {
      const what = groups.find((group) => group !== undefined);
      return {
        says: `Its output says that a package or version does not exist in the registries of this machine${what === undefined ? '' : ` (${what})`}.`,
        remedy:
          'Correct name and version where the repository names it. Where it comes from a registry of your own, let the repository name that registry; the commands get no credentials of the worker.',
      };
    },
  },
  {
    id: 'requirements-missing',
    pattern: /Could not open requirements file: \[Errno 2\] No such file or directory: '([^'\n]{1,200})'/,
    isOfMachine: false,
    actsNext: 'repository-owner',
    advise: ([, file]) => ({
      says: `Its output says that there is no file ${file}.`,
      remedy: 'Name the file that is there, from the folder that the commands run in.',
    }),
  },
];

const PYTHON = '.venv/bin/python';

/** The same commands with a virtual environment of the repository. */
function virtualEnvironment(failed: FailedCommand): SuggestedSettings | null {
  const { commands, command, name } = failed;
  // A script may have gone to another folder first.
  if (isScript(command) || commands?.install.some(isScript)) return null;
  const install = commands?.install.length ? commands.install : name === 'install' ? [command] : [];
  return {
    install: [['python3', '-m', 'venv', '.venv'], ...install.map(withinEnvironment)],
    ...(commands !== undefined && { test: withinEnvironment(commands.test) }),
    ...(commands?.coverage && { coverage: withinEnvironment(commands.coverage) }),
  };
}

/** Programs that Python packages bring and that are modules as well. */
const MODULES: ReadonlySet<string> = new Set(['pip', 'pip3', 'pytest', 'coverage', 'tox', 'nox', 'unittest']);

function withinEnvironment(command: Argv): Argv {
  const [program, ...rest] = command;
  const options = rest.filter((word) => word !== '--break-system-packages' && word !== '--user');
  const name = program.split('/').at(-1) ?? program;
  if (MODULES.has(name)) return [PYTHON, '-m', name === 'pip3' ? 'pip' : name, ...options];
  return /^python(?:3(?:\.\d+)?)?$/.test(name) ? [PYTHON, ...options] : command;
}
