import type { Argv } from '../argv.ts';
import { isScript } from './advice.ts';
import type { FailedCommand, Sign, SuggestedSettings } from './sign.ts';

const OF_REPOSITORY = { isOfMachine: false, actsNext: 'repository-owner' } as const;

/** Tests that were not found, and what keeps them from being run at all. */
export const TEST_SIGNS: readonly Sign[] = [
  {
    id: 'pytest-cov-missing',
    pattern: /error: unrecognized arguments: .{0,300}--(?:cov|junit|timeout|numprocesses|dist)\S*/,
    ...OF_REPOSITORY,
    advise: (_, failed) => ({
      says: 'Its output says that pytest does not know an option, so that a plug-in (pytest-cov for "--cov") is not installed.',
      remedy: 'Name the plug-in among the dependencies for tests',
      withSettings: ', or install it as below',
      settings: pipInstall(failed, ['pytest-cov']),
    }),
  },
  {
    id: 'coverage-tool-missing',
    pattern:
      /MISSING DEPENDENCY\s+Cannot find dependency '(@vitest\/[\w-]{1,40})'|(?:Cannot find (?:package|module) '|Module )(@vitest\/coverage-[\w-]{1,40}|@vitest\/ui|c8|nyc|babel-plugin-istanbul|jest-junit|mocha-junit-reporter)(?:'| in the testRunner option)/,
    ...OF_REPOSITORY,
    advise: ([, ...groups], failed) => {
      const tool = groups.find((group) => group !== undefined) ?? '';
      return {
        says: `Its output says that ${tool} is not installed.`,
        remedy: `Name ${tool} among the dependencies for development${tool.startsWith('@vitest/') ? ', in the version of vitest' : ''}`,
        withSettings: ', or install it beside them as below',
        settings: npmInstall(failed, tool),
      };
    },
  },
  {
    id: 'python-module-missing',
    pattern: /^(\S*python[\d.]*): No module named (pytest|coverage|tox|nox|build)$/m,
    ...OF_REPOSITORY,
    advise: ([, , module = ''], failed) => ({
      says: `Its output says that Python has no module ${module}.`,
      remedy: `Name ${module} among the dependencies for tests`,
      withSettings: ', or install it as below',
      settings: pipInstall(failed, [module]),
    }),
  },
  {
    id: 'missing-script',
    pattern:
      /(?:npm error|npm ERR!) Missing script: "([\w:.-]{1,100})"|ERR_PNPM_NO_SCRIPT.{0,20}Missing script: (\S{1,100})/,
    ...OF_REPOSITORY,
    advise: ([, npm, pnpm]) => ({
      says: `Its output says that package.json has no script "${npm ?? pnpm}".`,
      remedy: 'Add the script to package.json, or name the command that is to be run.',
    }),
  },
  {
    id: 'no-tests',
    pattern:
      /^No tests found, exiting with code 1|^No test files found, exiting with code 1|^Error: No test files found|^collected 0 items(?! \/ \d)|^Could not find '[^']{1,300}'$|no tests ran in|No tests were executed!|No tests matching pattern|^No tests found for given includes/m,
    of: ['test', 'coverage'],
    ...OF_REPOSITORY,
    advise: () => ({
      says: 'Its output says that no test was found.',
      remedy:
        'Check where the tool looks for tests (its configuration, the folder of the commands) and how their files are named; where there are none yet, let the first task of the spec write some.',
    }),
  },
  {
    id: 'no-project',
    pattern:
      /^pattern \S+ directory prefix \S+ does not contain main module|^go: go\.mod file not found|^go: warning: "\S+" matched no packages|there is no POM in this directory|(?:npm error|npm ERR!) enoent .{0,100}package\.json|does not contain a Gradle build|Task '[\w:.-]{1,60}' not found in (?:root )?project/,
    ...OF_REPOSITORY,
    advise: () => ({
      says: 'Its output says that there is no project in the folder of the commands.',
      remedy: 'Name the folder that the project lies in: "folder: PATH" in a .kiro-worker.yml on the default branch.',
    }),
  },
  {
    id: 'python-project-missing',
    pattern: /ModuleNotFoundError: No module named '([\w.]{1,100})'/,
    ...OF_REPOSITORY,
    advise: ([, module]) => ({
      says: `Its output says that Python has no module ${module}.`,
      remedy: `If ${module} is the project's own, let the install command install the project itself ("pip install --editable ."); else name it among the dependencies.`,
    }),
  },
  {
    id: 'node-module-missing',
    pattern: /Cannot find (?:module|package) '([^'\n]{1,200})'/,
    ...OF_REPOSITORY,
    advise: ([, module]) => ({
      says: `Its output says that there is no module ${module}.`,
      remedy:
        'Name it among the dependencies; or, where it is made by a build of the repository, let the install command run that build in a further step.',
    }),
  },
];

/** Installs further packages with the Python that runs the tests. */
function pipInstall(failed: FailedCommand, packages: readonly string[]): SuggestedSettings | null {
  const { command, commands } = failed;
  const python = pythonOf(command);
  if (python === null || commands === undefined) return null;
  return { install: [...commands.install, [python, '-m', 'pip', 'install', ...packages]] };
}

const VERSION_OF_VITEST = `$(node -p "require('./node_modules/vitest/package.json').version")`;

/** Installs one more package with npm; null where another package manager is used. */
function npmInstall({ command, commands }: FailedCommand, tool: string): SuggestedSettings | null {
  if (commands === undefined || !commands.install.some(([program]) => program === 'npm')) return null;
  // A script may have gone to another folder first.
  if (isScript(command)) return null;
  const step: Argv = tool.startsWith('@vitest/')
    ? ['sh', '-c', `npm install --no-save "${tool}@${VERSION_OF_VITEST}"`]
    : ['npm', 'install', '--no-save', tool];
  return { install: [...commands.install, step] };
}

function pythonOf([program]: Argv): string | null {
  return /(?:^|\/)python[\d.]*$/.test(program) ? program : null;
}
