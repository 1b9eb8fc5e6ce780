import { dump } from 'js-yaml';
import type { Argv } from './argv.ts';
import { STRICT_BASELINE } from './baseline-rules.ts';
import type { Commands } from './commands.ts';
import type { RepositorySettings } from './repository-file.ts';

const HEAD = '# .kiro-worker.yml on the default branch\n';
/** Words that need no quotes where a command is written as one text. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Returns the text of a `.kiro-worker.yml` that says what these commands are, and keeps what else the present one sets. Its `baseline`
 *  allows these tests to fail, or a coverage below the threshold. */
export function suggestFile(
  commands: Commands,
  { present, allow }: { present: RepositorySettings | null; allow?: readonly string[] | 'below-threshold' | null },
): string {
  const { folder, install, test, coverage, reports } = commands;
  const { protectedPaths = [], coverageThreshold = null, timeouts = {} } = present ?? {};
  const given = Object.entries(timeouts).filter(([, minutes]) => minutes !== null);
  const shown = Object.entries(reports).filter(([, patterns]) => patterns.length > 0);
  return format({
    ...(folder !== '.' && { folder }),
    install: install.length === 0 ? false : formatSteps(install),
    test: formatCommand(test),
    coverage: coverage === null ? false : formatCommand(coverage),
    ...(shown.length > 0 && { reports: Object.fromEntries(shown) }),
    ...(protectedPaths.length > 0 && { protectedPaths }),
    ...(coverageThreshold !== null && { coverageThreshold }),
    ...baselineOf(present, allow ?? null),
    ...(given.length > 0 && { timeouts: Object.fromEntries(given) }),
  });
}

/** Ways that are usual where such a file lies; the first that is there counts. */
const USUAL: ReadonlyArray<readonly [RegExp, Readonly<Record<string, string | false>>]> = [
  [/^package\.json$/, { install: 'npm install', test: 'npm test', coverage: 'npx c8 --reporter=lcov npm test' }],
  [
    /^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements.*\.txt|tox\.ini)$/,
    {
      install: 'python3 -m venv .venv\n.venv/bin/python -m pip install -e . pytest pytest-cov',
      test: '.venv/bin/python -m pytest --junitxml=reports/junit.xml',
      coverage: '.venv/bin/python -m pytest --cov --cov-report=xml',
    },
  ],
  [
    /^go\.(?:mod|work)$/,
    { install: 'go mod download', test: 'go test ./...', coverage: 'go test -coverprofile=coverage.out ./...' },
  ],
  [/^pom\.xml$/, { install: false, test: 'mvn -B test', coverage: 'mvn -B test jacoco:report' }],
  [
    /^(?:build|settings)\.gradle(?:\.kts)?$/,
    { install: false, test: 'gradle test', coverage: 'gradle test jacocoTestReport' },
  ],
  [
    /^Cargo\.toml$/,
    { install: 'cargo fetch', test: 'cargo test', coverage: 'cargo llvm-cov --lcov --output-path lcov.info' },
  ],
  [
    /^composer\.json$/,
    {
      install: 'composer install',
      test: 'vendor/bin/phpunit',
      coverage: 'vendor/bin/phpunit --coverage-clover coverage.xml',
    },
  ],
  [/^Gemfile$/, { install: 'bundle install', test: 'bundle exec rake', coverage: false }],
  [
    /\.(?:sln|csproj|fsproj)$/,
    { install: 'dotnet restore', test: 'dotnet test', coverage: 'dotnet test --collect "XPlat Code Coverage"' },
  ],
  [/^(?:GNUm|M|m)akefile$/, { install: false, test: 'make test', coverage: 'make coverage' }],
];

/** Returns what is usual beside these files, to be corrected by who knows the repository; null where nothing is. */
export function suggestUsual(names: readonly string[]): string | null {
  const found = USUAL.find(([file]) => names.some((name) => file.test(name)));
  return found === undefined ? null : format(found[1]);
}

function format(value: object): string {
  return `${HEAD}${dump(value, { flowLevel: 1, lineWidth: -1 })}`;
}

function formatSteps(steps: readonly Argv[]): string | readonly string[] {
  const [only, ...others] = steps;
  if (only !== undefined && others.length === 0) return formatCommand(only);
  return `${steps.map((step) => step.map(quote).join(' ')).join('\n')}\n`;
}

function formatCommand(command: Argv): string | readonly string[] {
  return command.every((word) => PLAIN.test(word)) &&
    !/^(?:true|false|yes|no|on|off|none|null)$/i.test(command.join(' '))
    ? command.join(' ')
    : command;
}

function quote(word: string): string {
  if (PLAIN.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\$`]/g, '\\$&')}"` : `'${word}'`;
}

function baselineOf(present: RepositorySettings | null, allow: readonly string[] | 'below-threshold' | null) {
  const { allowFailures, allowKnownFailures, allowBelowThreshold } = present?.baseline ?? STRICT_BASELINE;
  const names = [...new Set([...allowFailures, ...(allow === 'below-threshold' || allow === null ? [] : allow)])];
  const baseline = {
    ...(names.length > 0 && { allowFailures: names }),
    ...(allowKnownFailures && { allowKnownFailures }),
    ...((allowBelowThreshold || allow === 'below-threshold') && { allowBelowThreshold: true }),
  };
  return Object.keys(baseline).length > 0 ? { baseline } : {};
}
