import type { Argv } from '../argv.ts';

/** A tool chain that is known by its manifest alone: what it usually takes is proposed, and nothing runs until somebody says so. */
export interface Proposal {
  readonly id: string;
  readonly manifest: RegExp;
  readonly tests: RegExp;
  readonly install: readonly Argv[];
  readonly test: Argv;
  readonly coverage: Argv | null;
  readonly report: string | null;
}

const VENV: Argv = ['python3', '-m', 'venv', '.venv'];

/** One whose tests lie where most people put them, and that writes no known report. */
function tests(
  id: string,
  { manifest, test, install = [] }: Pick<Proposal, 'manifest' | 'test'> & Partial<Pick<Proposal, 'install'>>,
): Proposal {
  const lie = /(?:^|\/)(?:tests?|spec|t)\/|(?:^|[/._-])(?:test|spec)s?[._-]|(?:Test|Spec)s?\.\w+$|\.zig$/;
  return { id, manifest, tests: lie, install, test, coverage: null, report: null };
}

const DOTNET = {
  install: [['dotnet', 'restore']],
  test: ['dotnet', 'test', '--no-restore', '--collect:XPlat Code Coverage', '--results-directory', 'coverage'],
  coverage: null,
  report: 'coverage/*/coverage.cobertura.xml',
} as const;

/** Best first: what several others call stands behind them. */
export const PROPOSALS: readonly Proposal[] = [
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
    ...DOTNET,
  },
  {
    id: 'dotnet',
    manifest: /^(?:[^/]+\/){1,3}[^/]*tests?[^/]*\.(?:cs|fs|vb)proj$/i,
    tests: /proj$/,
    ...DOTNET,
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
  ...[
    tests('meson', {
      manifest: /^meson\.build$/,
      install: [['meson', 'setup', 'build']],
      test: ['meson', 'test', '-C', 'build'],
    }),
    tests('stack', { manifest: /^stack\.yaml$/, test: ['stack', 'test'] }),
    tests('cabal', { manifest: /^(?:[^/]+\.cabal|cabal\.project)$/, test: ['cabal', 'test', 'all'] }),
    tests('lein', { manifest: /^project\.clj$/, test: ['lein', 'test'] }),
    tests('ant', { manifest: /^build\.xml$/, test: ['ant', 'test'] }),
    tests('perl', { manifest: /^(?:Makefile\.PL|cpanfile|dist\.ini)$/, test: ['prove', '-lr', 't'] }),
    tests('julia', { manifest: /^Project\.toml$/, test: ['julia', '--project', '-e', 'using Pkg; Pkg.test()'] }),
    tests('r', { manifest: /^DESCRIPTION$/, test: ['Rscript', '-e', 'devtools::test(stop_on_failure = TRUE)'] }),
    tests('zig', { manifest: /^build\.zig$/, test: ['zig', 'build', 'test'] }),
    tests('bazel', { manifest: /^(?:MODULE\.bazel|WORKSPACE(?:\.bazel)?)$/, test: ['bazel', 'test', '//...'] }),
    tests('just', { manifest: /^\.?[Jj]ustfile$/, test: ['just', 'test'] }),
    tests('task', { manifest: /^[Tt]askfile\.ya?ml$/, test: ['task', 'test'] }),
    tests('nox', {
      manifest: /^noxfile\.py$/,
      install: [VENV, ['.venv/bin/python', '-m', 'pip', 'install', 'nox']],
      test: ['.venv/bin/python', '-m', 'nox'],
    }),
    tests('conda', {
      manifest: /^environment\.ya?ml$/,
      install: [['conda', 'env', 'create', '--file', 'environment.yml', '--prefix', '.conda']],
      test: ['.conda/bin/python', '-m', 'pytest', '--junitxml=reports/junit.xml'],
    }),
    tests('bats', { manifest: /^tests?\/[^/]+\.bats$/, test: ['bats', '--recursive', 'test'] }),
    {
      ...tests('go', {
        manifest: /^[^/]+_test\.go$/,
        test: ['env', 'GO111MODULE=off', 'go', 'test', '-coverprofile=coverage.out', './...'],
      }),
      report: 'coverage.out',
    },
    {
      ...tests('pytest', {
        manifest: /^(?:tests?\/)?test_[^/]*\.py$/,
        install: [VENV, ['.venv/bin/python', '-m', 'pip', 'install', 'pytest', 'pytest-cov']],
        test: [
          '.venv/bin/python',
          '-m',
          'pytest',
          '--junitxml=reports/junit.xml',
          '--cov',
          '--cov-report=xml:coverage.xml',
        ],
      }),
      report: 'coverage.xml',
    },
  ],
];
