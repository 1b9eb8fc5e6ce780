import type { Argv } from '../argv.ts';
import type { Folder } from '../file-tree.ts';
import { type Ecosystem, USUAL_PLACES } from './ecosystem.ts';

/** A tool chain that is known by its manifest alone: what it usually takes is proposed, and nothing runs until somebody says so. */
interface Proposal {
  readonly id: string;
  readonly manifest: RegExp;
  readonly tests: RegExp;
  readonly install: readonly Argv[];
  readonly test: Argv;
  readonly coverage: Argv | null;
  readonly report: string | null;
}

const PROPOSALS: readonly Proposal[] = [
  {
    id: 'cargo',
    manifest: /^Cargo\.toml$/,
    tests: /\.rs$/,
    install: [
      ['cargo', 'fetch'],
      ['cargo', 'install', 'cargo-llvm-cov'],
    ],
    test: ['cargo', 'test', '--workspace'],
    coverage: ['cargo', 'llvm-cov', '--workspace', '--lcov', '--output-path', 'lcov.info'],
    report: 'lcov.info',
  },
  {
    id: 'dotnet',
    manifest: /^[^/]+\.(?:sln|slnx|csproj|fsproj|vbproj)$/,
    tests: /tests?[^/]*\/.*\.(?:cs|fs|vb)$/i,
    install: [['dotnet', 'restore']],
    test: ['dotnet', 'test', '--no-restore', '--collect:XPlat Code Coverage', '--results-directory', 'coverage'],
    coverage: null,
    report: 'coverage/*/coverage.cobertura.xml',
  },
  {
    id: 'bundler',
    manifest: /^(?:Gemfile|[^/]+\.gemspec)$/,
    tests: /(?:^|\/)(?:test|spec)\/.*\.rb$/,
    install: [['bundle', 'install']],
    test: ['bundle', 'exec', 'rake'],
    coverage: null,
    report: 'coverage/lcov/*.lcov',
  },
  {
    id: 'composer',
    manifest: /^composer\.json$/,
    tests: /(?:^|\/)tests?\/.*\.php$/i,
    install: [['composer', 'install', '--no-interaction']],
    test: ['vendor/bin/phpunit', '--log-junit', 'reports/junit.xml'],
    coverage: ['env', 'XDEBUG_MODE=coverage', 'vendor/bin/phpunit', '--coverage-cobertura', 'cobertura.xml'],
    report: 'cobertura.xml',
  },
  {
    id: 'mix',
    manifest: /^mix\.exs$/,
    tests: /(?:^|\/)test\/.*\.exs$/,
    install: [
      ['mix', 'local.hex', '--force'],
      ['mix', 'deps.get'],
    ],
    test: ['mix', 'test'],
    coverage: ['mix', 'coveralls.lcov'],
    report: 'cover/lcov.info',
  },
  {
    id: 'deno',
    manifest: /^deno\.jsonc?$/,
    tests: /[._]test\.[jt]sx?$/,
    install: [['deno', 'install']],
    test: ['deno', 'test', '--allow-all', '--coverage=cov_profile'],
    coverage: [
      'sh',
      '-c',
      'deno test --allow-all --coverage=cov_profile && deno coverage --lcov --output=lcov.info cov_profile',
    ],
    report: 'lcov.info',
  },
  {
    id: 'swift',
    manifest: /^Package\.swift$/,
    tests: /^Tests\/.*\.swift$/,
    install: [['swift', 'package', 'resolve']],
    test: ['swift', 'test'],
    coverage: null,
    report: null,
  },
  {
    id: 'dart',
    manifest: /^pubspec\.yaml$/,
    tests: /_test\.dart$/,
    install: [['dart', 'pub', 'get']],
    test: ['dart', 'test'],
    coverage: null,
    report: null,
  },
  {
    id: 'sbt',
    manifest: /^build\.sbt$/,
    tests: /src\/test\//,
    install: [],
    test: ['sbt', 'test'],
    coverage: null,
    report: null,
  },
  {
    id: 'cmake',
    manifest: /^CMakeLists\.txt$/,
    tests: /tests?[^/]*\.(?:c|cc|cpp|cxx)$/i,
    install: [
      ['cmake', '-S', '.', '-B', 'build'],
      ['cmake', '--build', 'build'],
    ],
    test: ['ctest', '--test-dir', 'build', '--output-junit', 'junit.xml'],
    coverage: null,
    report: null,
  },
  {
    id: 'make',
    manifest: /^(?:GNUm|M|m)akefile$/,
    tests: /tests?(?:\/|[^/]*\.\w+$)/i,
    install: [],
    test: ['make', 'test'],
    coverage: null,
    report: null,
  },
];

/** Returns what a tool chain would usually take that is not run without somebody's word; null where none is recognised. */
export function findProposal(folder: Folder): Ecosystem | null {
  const found = PROPOSALS.map((proposal) => ({
    proposal,
    by: folder.paths.find((path) => proposal.manifest.test(path)),
  }));
  const [first] = found.flatMap(({ proposal, by }) => (by === undefined ? [] : [{ ...proposal, by }]));
  if (first === undefined) return null;
  const { id, by, install, test, coverage, report, tests } = first;
  return {
    id,
    name: `${id} (${by})`,
    detectedBy: [by],
    ...{ install, test, coverage },
    reports: report === null ? USUAL_PLACES : { tests: [], coverage: [report] },
    needs: [],
    namesCoverage: false,
    isTested: folder.paths.some((path) => tests.test(path)),
    problem: { of: 'test', text: 'its commands are proposed, and run once they are written down' },
  };
}
