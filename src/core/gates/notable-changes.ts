import { fields, oneLine } from '../json-lines.ts';
import { EXECUTABLE_CONFIGURATION, findProtectedChanges } from '../repository/protected-paths.ts';
import type { RulesSource } from '../repository/rules-branch.ts';
import { createFinding, type Finding } from './finding.ts';
import type { RuleId } from './rules.ts';

/** What a branch changed since it left the branch of its rules. */
export interface BranchChanges {
  readonly rules: Pick<RulesSource, 'branch' | 'commit'>;
  readonly paths: readonly string[];
  /** Words of the commands that install, test and measure, and of the scripts of package.json, as paths from the repository's root. */
  readonly commandWords: readonly string[];
  /** Paths among whose changed lines COVERAGE_EXCLUSION matches. */
  readonly excluding: readonly string[];
  /** The texts of each changed package.json; null where there is none, or none that can be read. */
  readonly packages: ReadonlyArray<{
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }>;
}

/** Comments and annotations that take code out of coverage, as a POSIX extended regular expression for one line. Tools take any blank of
 *  Unicode between the words, and Istanbul a line break. */
export const COVERAGE_EXCLUSION = [
  '(c8|v8|istanbul|node:coverage)[^A-Za-z0-9]+(ignore|disable)', // c8, Vitest, nyc, Jest, node:test
  '(^|/[*/])[^A-Za-z0-9]*(c8|v8|istanbul|node:coverage)[^A-Za-z0-9]*$',
  '([Pp]ragma|PRAGMA)[^A-Za-z0-9]*([Nn]o|NO)[^A-Za-z0-9]*([Cc]over|COVER|[Bb]ranch|BRANCH)', // coverage.py
  '(LCOV|GCOV|GCOVR)_EXCL', // lcov, gcovr
  ':nocov:|codeCoverageIgnore|ExcludeFromCodeCoverage|coverage:ignore|@[A-Za-z.]*Generated', // others, JaCoCo
].join('|');

/** Paths that rules of the worker stand at. */
export const WORKER_RULES: readonly string[] = ['.kiro-worker.yml', ...EXECUTABLE_CONFIGURATION];

/** Files that a branch may change, but that decide what its test run proves, or what runs elsewhere. */
const NOTABLE_FILES: ReadonlyArray<readonly [rule: RuleId, globs: readonly string[]]> = [
  [
    'changes/test-configuration',
    [
      ...[
        '.mocharc*',
        'mocha.opts',
        '.rspec',
        'phpunit*.xml*',
        'sitecustomize.py',
        'node.config.json',
        '*.pth',
        '.taprc',
        'jest.config*',
        'jest.*.config*',
        'vitest.config*',
        'vitest.workspace*',
      ],
      ...['vite.config*', 'ava.config*', 'karma.conf*', 'playwright.config*', 'cypress.config*', 'babel.config*'],
      ...['pytest.ini', '.pytest.ini', 'setup.cfg', 'tox.ini', 'noxfile.py', 'pyproject.toml', 'conftest.py'],
      ...['pom.xml', 'build.gradle*', 'settings.gradle*', 'junit-platform.properties', 'Makefile', 'GNUmakefile'],
    ].map(inAnyFolder),
  ],
  [
    'changes/coverage-configuration',
    [
      ...['.c8rc*', '.nycrc*', 'nyc.config*', '.coveragerc*', 'codecov.y*ml', '.codecov.y*ml', '.coveralls.y*ml'],
      ...['sonar-project.properties', '.simplecov', '.lcovrc'],
    ].map(inAnyFolder),
  ],
  [
    'changes/package-manager',
    [
      ...['.npmrc', '.yarnrc*', '.yarn/**', '.pnpmfile.*', 'pnpm-workspace.yaml', 'bunfig.toml', 'pip.conf', 'pip.ini'],
      ...['.pypirc', 'poetry.toml', 'uv.toml', '.mvn/**', 'gradle.properties', 'gradle/wrapper/**', 'gradlew', 'mvnw'],
    ].map(inAnyFolder),
  ],
  ['changes/steering', ['.kiro/steering/**', '**/AGENTS.md']],
  ['changes/review', ['**/.gitattributes', 'CODEOWNERS', '.github/CODEOWNERS', 'docs/CODEOWNERS']],
];

/** Tables of a package.json that test and coverage tools read. */
const PACKAGE_TABLES = [
  'jest',
  'mocha',
  'vitest',
  'ava',
  'tap',
  'nyc',
  'c8',
  'babel',
  'imports',
  'overrides',
  'resolutions',
  'pnpm',
];
const MOST_NAMES = 5;

/** Returns one notice for each kind of change that is allowed, but that a reviewer should look at. */
export function findNotableChanges({ rules, paths, commandWords, excluding, packages }: BranchChanges): Finding[] {
  const since = `changed since the branch left ${rules.branch}`;
  const used = `${since}; this run used those of ${rules.branch} at ${rules.commit.slice(0, 12)}`;
  const commandFiles = new Set(commandWords);
  const settings = packages.map((one) => ({ path: one.path, names: changedSettings(one) }));
  const changed = settings.filter(({ names }) => names.length > 0);
  const named = new Map(changed.map(({ path, names }) => [path, `${path} (${listFirst(names)})`]));
  return [
    ...notice('changes/worker-rules', { files: findProtectedChanges(paths, WORKER_RULES), says: used }),
    ...notice('changes/package-scripts', { files: [...named.keys()], says: since, named }),
    ...notice('changes/command-file', { files: paths.filter((path) => commandFiles.has(path)), says: since }),
    ...NOTABLE_FILES.flatMap(([rule, globs]) =>
      notice(rule, { files: findProtectedChanges(paths, globs), says: since }),
    ),
    ...notice('changes/coverage-exclusion', { files: excluding, says: since }),
  ];
}

/** One finding for all files, however many a branch makes; those nearest to the root come first. */
function notice(
  rule: RuleId,
  { files, says, named }: { files: readonly string[]; says: string; named?: ReadonlyMap<string, string> },
): Finding[] {
  const sorted = [...files].sort((one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1));
  const [path] = sorted;
  if (path === undefined) return [];
  return [createFinding(rule, { path, message: `${listFirst(sorted.map((one) => named?.get(one) ?? one))} ${says}.` })];
}

/** Names of the scripts and tool tables that differ; the whole file where one of its texts is not JSON. */
function changedSettings({ before, after }: BranchChanges['packages'][number]): string[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  if (old === null || now === null) return before === after ? [] : ['not readable as JSON'];
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
}

/** JSON of each script and tool table by its name; null for a text that is not JSON. */
function settingsOf(text: string | null): Map<string, string> | null {
  if (text === null) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  const all = fields(value);
  const tables = PACKAGE_TABLES.flatMap((name) => (Object.hasOwn(all, name) ? [[name, all[name]] as const] : []));
  const scripts = Object.entries(fields(all.scripts)).map(([name, script]) => [`scripts.${name}`, script] as const);
  return new Map([...scripts, ...tables].map(([name, setting]) => [name, JSON.stringify(setting)]));
}

/** Returns the words of a command, or of a shell's text, that may name a file: also behind `=` and in quotes. */
export function fileWords(command: string): string[] {
  return command.split(/[\s='"`;&|()<>,]+/).filter((word) => word !== '');
}

/** Returns the texts of the scripts of a package.json; none for one that is not JSON. */
export function scriptsOf(text: string | null): string[] {
  const settings = settingsOf(text) ?? new Map<string, string>();
  return [...settings].flatMap(([name, script]) => (name.startsWith('scripts.') ? [script] : []));
}

function listFirst(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => oneLine(name, 200));
  return `${shown.join(', ')}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`;
}

function inAnyFolder(glob: string): string {
  return `**/${glob}`;
}

function depthOf(path: string): number {
  return path.split('/').length;
}
