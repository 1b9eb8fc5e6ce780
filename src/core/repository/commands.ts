import { WorkerError } from '../errors.ts';
import { ENV, REPOSITORY_FILE } from '../names.ts';
import { type Argv, parseCommand } from './argv.ts';
import { DETECTED_TOOLS, detectEcosystems } from './ecosystems/detect.ts';
import type { Ecosystem } from './ecosystems/ecosystem.ts';
import type { RepositorySettings } from './repository-file.ts';
import type { ToolNeed } from './tool-need.ts';

/** How a repository is installed, tested and measured. */
export interface Commands {
  /** Folder that they run in, relative to the repository; `.` is its root. */
  readonly folder: string;
  /** Steps in their order; empty: nothing has to be installed. */
  readonly install: readonly Argv[];
  readonly test: Argv;
  /** Null: the test command writes the coverage report itself, or nothing does. */
  readonly coverage: Argv | null;
  /** Paths or globs of reports, relative to the folder; empty: the usual places. */
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
  /** Where the test command was found, for people. */
  readonly source: string;
  /** Permanent id of the tool chain (npm, poetry, maven, …), null where none was recognised. */
  readonly ecosystem: string | null;
  /** Files that showed the tool chain, relative to the repository. */
  readonly detectedBy: readonly string[];
  readonly needs: readonly ToolNeed[];
}

/** How a problem of COMMANDS_NOT_DETECTED ends where a tool chain is found, and no tests. */
export const NO_TEST_COMMAND = 'shows no command for tests';

export interface CommandSources {
  /** The file of the rules, null when there is none. */
  readonly repositoryFile: RepositorySettings | null;
  /** TEST_COMMAND and COVERAGE_COMMAND; an empty string counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of the files in the folder. */
  readonly files: readonly string[];
  /** Text of those of DETECTION_FILES that are there. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Returns the repository's commands, each from the repository file, else the environment, else what the files show
 *  beyond doubt. Throws COMMANDS_NOT_DETECTED that says what to write, CONFIG_INVALID for an unreadable variable. */
export function selectCommands(sources: CommandSources): Commands {
  const { repositoryFile, env, files, texts } = sources;
  const found = detectEcosystems({ names: new Set(files), texts });
  const fromEnv = { test: readVariable(env, ENV.testCommand), coverage: readVariable(env, ENV.coverageCommand) };
  const configured = repositoryFile?.test ?? fromEnv.test;
  const ecosystem = configured === null ? findTestable(found, sources) : findInstallable(found, sources);
  const test = configured ?? ecosystem?.test ?? null;
  if (test === null) throw notDetected(sources, ['no file shows how the tests are run']);
  const folder = repositoryFile?.folder ?? '.';
  const own = repositoryFile?.reports;
  const shown = configured === null ? ecosystem?.reports : undefined;
  return {
    folder,
    install: repositoryFile?.install ?? ecosystem?.install ?? [],
    test,
    coverage: (repositoryFile?.coverage ?? fromEnv.coverage ?? ecosystem?.coverage) || null,
    reports: {
      tests: own?.tests.length ? own.tests : (shown?.tests ?? []),
      coverage: own?.coverage.length ? own.coverage : (shown?.coverage ?? []),
    },
    source: repositoryFile?.test ? repositoryFile.source : fromEnv.test ? ENV.testCommand : (ecosystem?.name ?? ''),
    ecosystem: ecosystem?.id ?? null,
    detectedBy: ecosystem?.detectedBy.map((file) => (folder === '.' ? file : `${folder}/${file}`)) ?? [],
    needs: [],
  };
}

/** The one tool chain that shows how tests are run. */
function findTestable(found: readonly Ecosystem[], sources: CommandSources): Ecosystem {
  const candidates = found.filter(({ test, problem }) => test !== null || problem !== null);
  const [only, ...others] = candidates;
  if (only === undefined) {
    throw notDetected(sources, found.length > 0 ? [`${found[0]?.name} ${NO_TEST_COMMAND}`] : ['no known tool chain']);
  }
  if (others.length > 0)
    throw notDetected(sources, [`several tool chains match: ${candidates.map(({ name }) => name).join(', ')}`]);
  const settled = only.test !== null && sources.repositoryFile !== null && sources.repositoryFile.install !== null;
  if (only.problem !== null && !settled) throw notDetected(sources, [`${only.name}: ${only.problem}`]);
  return only;
}

/** With the test command given: the one tool chain that shows how to install, null when there is nothing to install. */
function findInstallable(found: readonly Ecosystem[], sources: CommandSources): Ecosystem | null {
  const candidates = found.filter(({ install, problem }) => install.length > 0 || problem !== null);
  const usable = found.length === 1 && found[0]?.problem === null ? found[0] : null;
  if (sources.repositoryFile !== null && sources.repositoryFile.install !== null) return usable;
  if (candidates.length > 1)
    throw notDetected(sources, [`several tool chains match: ${candidates.map(({ name }) => name).join(', ')}`]);
  const [only] = candidates;
  if (only === undefined) return usable;
  if (only.problem !== null && only.install.length === 0) throw notDetected(sources, [`${only.name}: ${only.problem}`]);
  return only;
}

function readVariable(env: CommandSources['env'], name: string): Argv | null {
  const text = env[name]?.trim() ?? '';
  if (text === '') return null;
  const parsed = parseCommand(text);
  if ('argv' in parsed) return parsed.argv;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `${name} ${parsed.problem}.`,
    why: `It is ${JSON.stringify(text.slice(0, 200))}.`,
    remedy: `Correct ${name}, or write the command into ${REPOSITORY_FILE} on the default branch.`,
  });
}

function notDetected(sources: CommandSources, problems: readonly string[]): WorkerError {
  const folder = sources.repositoryFile?.folder ?? '.';
  const configured = sources.repositoryFile?.test ?? readVariable(sources.env, ENV.testCommand);
  const [what, write] =
    configured === null
      ? ['How the repository is tested', 'install: npm ci\n  test: npm test\n  coverage: npm run coverage']
      : ['How the repository is installed', 'install: npm ci'];
  return new WorkerError({
    code: 'COMMANDS_NOT_DETECTED',
    what: `${what} cannot be determined from the files in ${folder === '.' ? 'its root' : folder}:`,
    problems,
    why: `Without ${REPOSITORY_FILE}, ${DETECTED_TOOLS} are detected where exactly one of them fits.`,
    remedy: `Write a ${REPOSITORY_FILE} on the default branch with your own commands (false for none), such as\n  ${write}`,
  });
}
