import { type FileTree, openFolder, pathIn } from '../file-tree.ts';
import type { ToolNeed } from '../tool-need.ts';
import { detectEcosystems, projectFolders } from './detect.ts';
import type { Ecosystem, FolderCommands } from './ecosystem.ts';
import { type Placed, runTogether } from './together.ts';
import { findVersionFileNeeds } from './version-files.ts';

/** What the files of a repository show, as commands for one folder. */
export interface DetectedCommands extends FolderCommands {
  readonly folder: string;
  /** For people. */
  readonly name: string;
  readonly id: string | null;
  readonly detectedBy: readonly string[];
  readonly needs: readonly ToolNeed[];
  /** Whether the repository itself names the coverage command. */
  readonly namesCoverage: boolean;
  /** The coverage command is the test command under a tool that measures. */
  readonly coverageRunsTests: boolean;
}

export interface Detection {
  /** Null where nothing is certain. */
  readonly commands: DetectedCommands | null;
  /** Why, for people. */
  readonly problems: readonly string[];
  /** Tool chains are known, and all that is missing are tests. */
  readonly isUntested: boolean;
  /** The best guess to propose; null where not even a tool chain is known. */
  readonly guess: DetectedCommands | null;
  /** Manifests that no tool can read, relative to the repository. */
  readonly broken: readonly string[];
}

/** How a problem ends where a tool chain is found, and no tests. */
const NO_TEST_COMMAND = 'shows no command for tests';
const MOST_FOLDERS = 4;

/** Returns the commands of a folder: those of every tool chain in it that has tests. Where the root of the repository has none with
 *  tests, the topmost folders with a manifest stand in. `isFixed`: the folder is a choice of somebody's, and none other is looked at. */
export function chooseCommands(tree: FileTree, { folder, isFixed }: { folder: string; isFixed: boolean }): Detection {
  const here = placed(tree, folder);
  const inFolders =
    isFixed || here.some(({ ecosystem }) => ecosystem.isTested)
      ? []
      : projectFolders(tree).flatMap((one) => placed(tree, one));
  const all = [...here, ...inFolders];
  const tested = all.filter(({ ecosystem }) => ecosystem.isTested);
  const doubtful = tested.filter(({ ecosystem }) => ecosystem.problem !== null);
  const sure = tested.filter(isSure);
  const tooMany = new Set(sure.map((one) => one.folder)).size > MOST_FOLDERS;
  const candidates = sure.length > 0 ? sure : tested.length > 0 ? tested.slice(0, 1) : all.slice(0, 1);
  const guess = candidates.length === 0 ? null : describe(tree, candidates);
  if (sure.length > 0 && doubtful.length === 0 && !tooMany)
    return { commands: guess, problems: [], isUntested: false, guess, broken: [] };
  const problems = (tested.length > 0 ? doubtful : all).map(problemOf);
  if (tooMany)
    problems.push(
      `more than ${MOST_FOLDERS} folders have tests of their own: ${sure.map((one) => one.folder).join(', ')}`,
    );
  const known = all.filter(({ ecosystem }) => !isProposal(ecosystem));
  const isUntested = known.length > 0 && tested.length === 0 && known.every(({ ecosystem }) => lacksTests(ecosystem));
  return {
    commands: null,
    problems: problems.length > 0 ? problems : ['no known tool chain'],
    isUntested,
    guess,
    broken: brokenOf(doubtful),
  };
}

/** Returns how a folder is installed where its tests are a matter of somebody else's: all tool chains in it that install anything. */
export function chooseInstall(tree: FileTree, folder: string): Detection {
  const all = placed(tree, folder);
  const doubtful = all.filter(({ ecosystem }) => ecosystem.problem?.of === 'install');
  const usable = all.filter(({ ecosystem }) => ecosystem.problem?.of !== 'install' && !isProposal(ecosystem));
  const tested = usable.filter(({ ecosystem }) => ecosystem.isTested);
  const candidates = tested.length > 0 ? tested : usable;
  const guessed = [...doubtful, ...candidates];
  const guess = guessed.length === 0 ? null : describe(tree, guessed);
  return {
    commands: doubtful.length > 0 ? null : guess,
    problems: doubtful.map(problemOf),
    isUntested: false,
    guess,
    broken: brokenOf(doubtful),
  };
}

function placed(tree: FileTree, folder: string): Placed[] {
  return detectEcosystems(tree, folder).map((ecosystem) => ({ folder, ecosystem }));
}

function brokenOf(all: readonly Placed[]): string[] {
  return all.flatMap(({ folder, ecosystem: { problem } }) =>
    problem?.broken === undefined ? [] : [pathIn(folder, problem.broken)],
  );
}

function isSure({ ecosystem }: Placed): boolean {
  return ecosystem.isTested && ecosystem.problem === null;
}

function lacksTests({ problem }: Ecosystem): boolean {
  return problem === null || problem.isUntested === true;
}

function isProposal({ problem }: Ecosystem): boolean {
  return problem?.text.startsWith('its commands are proposed') === true;
}

function problemOf({ folder, ecosystem }: Placed): string {
  const place = folder === '.' ? '' : ` in ${folder}`;
  return `${ecosystem.name}${place}: ${ecosystem.problem?.text ?? NO_TEST_COMMAND}`;
}

function describe(tree: FileTree, all: readonly Placed[]): DetectedCommands {
  const [first] = all;
  const isOne = all.length === 1 && first !== undefined;
  const commands = isOne ? first.ecosystem : runTogether(all);
  return {
    folder: isOne ? first.folder : '.',
    name: all.map(({ ecosystem }) => ecosystem.name).join(' and '),
    id: isOne ? first.ecosystem.id : null,
    install: commands.install,
    test: commands.test,
    coverage: commands.coverage,
    reports: commands.reports,
    detectedBy: all.flatMap(({ folder, ecosystem }) => ecosystem.detectedBy.map((file) => pathIn(folder, file))),
    namesCoverage: all.every(({ ecosystem }) => ecosystem.namesCoverage),
    coverageRunsTests: commands.coverage !== null && all.every(({ ecosystem }) => !ecosystem.namesCoverage),
    needs: all.flatMap((one) => needsOf(tree, one)),
  };
}

/** Version files of the root hold for folders that have none of their own. */
function needsOf(tree: FileTree, { folder, ecosystem }: Placed): ToolNeed[] {
  const own = ecosystem.needs.map((need) => ({ ...need, by: pathIn(folder, need.by) }));
  if (folder === '.') return own;
  const tools = own.map(({ tool }) => tool);
  const above = findVersionFileNeeds(openFolder(tree), tools);
  return [...above, ...own.filter(({ tool, wanted }) => wanted !== null || !above.some((one) => one.tool === tool))];
}
