import { type ErrorParts, WorkerError } from '../errors.ts';
import { ENV, REPOSITORY_FILE } from '../names.ts';
import { formatList } from '../text-lists.ts';
import { type Argv, parseCommand } from './argv.ts';
import { chooseCommands, chooseInstall, type DetectedCommands, type Detection } from './ecosystems/choose.ts';
import { DETECTED_TOOLS } from './ecosystems/detect.ts';
import { formatRepositoryFile } from './ecosystems/suggest.ts';
import type { FileTree } from './file-tree.ts';
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
  /** Detection made the coverage command from the test command: it runs the same tests. */
  readonly coverageRunsTests?: boolean;
  /** Paths or globs of reports, relative to the folder; empty: the usual places. */
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
  /** Where the test command was found, for people. */
  readonly source: string;
  /** Permanent id of the tool chain (npm, poetry, maven, …), null where none was recognised. */
  readonly ecosystem: string | null;
  /** Files that showed the tool chain, relative to the repository. */
  readonly detectedBy: readonly string[];
  readonly needs: readonly ToolNeed[];
  /** Variables that lead to the versions of tools that were chosen for it. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CommandSources {
  /** The file of the rules, null when there is none. */
  readonly repositoryFile: RepositorySettings | null;
  /** TEST_COMMAND and COVERAGE_COMMAND; an empty string counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The repository, as detection sees it. */
  readonly tree: FileTree;
}

/** COMMANDS_NOT_DETECTED, with what is known beside its words. */
export class CommandsNotDetected extends WorkerError {
  /** Tool chains are known, and all that is missing are tests: a task may bring them. */
  readonly isUntested: boolean;

  constructor(isUntested: boolean, parts: ErrorParts) {
    super(parts);
    this.isUntested = isUntested;
  }
}

/** Returns the repository's commands, each from the repository file, else the environment, else what the files show
 *  beyond doubt. Throws COMMANDS_NOT_DETECTED that says what to write, CONFIG_INVALID for an unreadable variable. */
export function selectCommands(sources: CommandSources): Commands {
  const { repositoryFile, env } = sources;
  const fromEnv = { test: readVariable(env, ENV.testCommand), coverage: readVariable(env, ENV.coverageCommand) };
  const configured = repositoryFile?.test ?? fromEnv.test;
  const found = configured === null ? findTested(sources) : findInstall(sources);
  const test = configured ?? found?.test ?? null;
  if (test === null)
    throw notDetected(sources, {
      problems: ['no file shows how the tests are run'],
      isUntested: false,
      guess: found,
      broken: [],
    });
  const own = repositoryFile?.reports;
  const detected = configured === null || found?.namesCoverage ? found?.coverage : null;
  const coverage = repositoryFile?.coverage ?? fromEnv.coverage ?? detected ?? null;
  const shown = found?.reports;
  const isMeasured = configured === null || (coverage !== false && coverage === found?.coverage);
  const isDetected = configured === null && coverage !== false && coverage === found?.coverage;
  return {
    folder: repositoryFile?.folder ?? (configured === null ? found?.folder : undefined) ?? '.',
    install: repositoryFile?.install ?? found?.install ?? [],
    test,
    coverage: coverage || null,
    ...(isDetected && found?.coverageRunsTests && { coverageRunsTests: true }),
    reports: {
      tests: own?.tests.length ? own.tests : (configured === null && shown?.tests) || [],
      coverage: own?.coverage.length ? own.coverage : (isMeasured && shown?.coverage) || [],
    },
    source: repositoryFile?.test ? repositoryFile.source : fromEnv.test ? ENV.testCommand : (found?.name ?? ''),
    ecosystem: found?.id ?? null,
    detectedBy: found?.detectedBy ?? [],
    needs: found?.needs ?? [],
  };
}

/** Returns the text of a repository file with the commands that the files show, or the best guess at them; null where no tool chain
 *  is known, or a manifest has to be corrected first. */
export function suggestRepositoryFile(sources: CommandSources): string | null {
  const folder = sources.repositoryFile?.folder;
  const { guess, broken } = chooseCommands(sources.tree, { folder: folder ?? '.', isFixed: folder !== undefined });
  return guess === null || broken.length > 0 ? null : formatRepositoryFile(guess);
}

/** What shows how tests are run. */
function findTested(sources: CommandSources): DetectedCommands {
  const { repositoryFile, tree } = sources;
  const isFixed = repositoryFile !== null && (repositoryFile.folder !== '.' || repositoryFile.install !== null);
  const detection = chooseCommands(tree, { folder: repositoryFile?.folder ?? '.', isFixed });
  if (detection.commands === null) throw notDetected(sources, detection);
  return detection.commands;
}

/** With the test command given: what shows how to install, null when there is nothing to install. */
function findInstall(sources: CommandSources): DetectedCommands | null {
  const detection = chooseInstall(sources.tree, sources.repositoryFile?.folder ?? '.');
  const isSaid = sources.repositoryFile !== null && sources.repositoryFile.install !== null;
  if (detection.problems.length > 0 && !isSaid) throw notDetected(sources, detection);
  return detection.commands;
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

function notDetected(
  sources: CommandSources,
  { problems, isUntested, guess, broken }: Omit<Detection, 'commands'>,
): CommandsNotDetected {
  const folder = sources.repositoryFile?.folder ?? '.';
  const configured = sources.repositoryFile?.test ?? readVariable(sources.env, ENV.testCommand);
  const lines = guess === null ? EXAMPLE : configured === null ? formatRepositoryFile(guess) : installOf(guess);
  const advice = guess === null ? 'your own commands (false for none), such as' : 'these lines, once they are right';
  return new CommandsNotDetected(isUntested, {
    code: 'COMMANDS_NOT_DETECTED',
    what: `How the repository is ${configured === null ? 'tested' : 'installed'} cannot be determined from the files in ${folder === '.' ? 'its root' : folder}:`,
    problems,
    why: `Without ${REPOSITORY_FILE}, ${DETECTED_TOOLS} are detected where their files show how the tests are run.`,
    remedy:
      broken.length > 0
        ? `Correct ${formatList(broken)} on the branch: tools cannot read ${broken.length > 1 ? 'them' : 'it'} either, so that other commands would not help.`
        : `Write a ${REPOSITORY_FILE} on the default branch with ${advice}:\n${lines.trimEnd().replace(/^/gm, '  ')}`,
  });
}

const EXAMPLE =
  'install: make dependencies\ntest: make test\ncoverage: make coverage\nreports:\n  coverage: coverage/lcov.info';

function installOf(guess: DetectedCommands): string {
  return formatRepositoryFile(guess).split(/^(?=test:)/m)[0] ?? '';
}
