import { expect } from 'chai';
import { fileTree } from '../../../../test/support/scenes/file-trees.ts';
import { openFolder } from '../file-tree.ts';
import { findProposal } from './find-proposal.ts';

const TEST = { 'tests/a.c': '' };

/** Files, and the test command that is proposed; null: nothing. */
type Row = readonly [files: Record<string, string>, test: string | null];

const ROWS: readonly Row[] = [
  [{ Makefile: 'all: a\n\ncheck: all\n', ...TEST }, 'make check'],
  [{ Makefile: '.PHONY: all test\nall lint:\nclean test :\n', ...TEST }, 'make test'],
  [{ Makefile: 'test := a\nhtml:\n\tsphinx-build\n', ...TEST }, null],
  [{ Makefile: 'include rules.mk\n', ...TEST }, 'make test'],
  [{ GNUmakefile: 'tests: a\n', ...TEST }, 'make tests'],
  [{ Gemfile: '', 'spec/a_spec.rb': '' }, 'bundle exec rspec'],
  [{ Gemfile: '', Rakefile: '', 'spec/a_spec.rb': '' }, 'bundle exec rake'],
  [{ Gemfile: '', 'bin/rails': '', 'test/a_test.rb': '' }, 'bundle exec rails test'],
  [
    { 'composer.json': '{"require-dev":{"pestphp/pest":"^3"}}', 'tests/A.php': '' },
    'vendor/bin/pest --log-junit reports/junit.xml',
  ],
  [
    { 'src/A/A.csproj': '', 'test/A.Tests/A.Tests.csproj': '' },
    'dotnet test test/A.Tests/A.Tests.csproj --no-restore --collect:XPlat Code Coverage --results-directory coverage',
  ],
  [{ 'meson.build': '', ...TEST }, 'meson test -C build'],
  [{ 'stack.yaml': '', 'x.cabal': '', 'test/Spec.hs': '' }, 'stack test'],
  [{ 'build.xml': '', 'test/ATest.java': '' }, 'ant test'],
  [{ justfile: '', ...TEST }, 'just test'],
  [{ 'noxfile.py': '', 'test_a.py': '' }, '.venv/bin/python -m nox'],
  [{ 'a_test.go': '' }, 'env GO111MODULE=off go test -coverprofile=coverage.out ./...'],
  [{ 'go.mod': '', 'a_test.go': '' }, null],
  [{ 'test/a.bats': '' }, 'bats --recursive test'],
  [
    { 'tests/test_a.py': '' },
    '.venv/bin/python -m pytest --junitxml=reports/junit.xml --cov --cov-report=xml:coverage.xml',
  ],
  [{ 'README.md': '' }, null],
];

describe('what is proposed for a tool chain that is not run', () => {
  for (const [files, test] of ROWS) {
    it(`is ${test ?? 'nothing'} for ${Object.keys(files).join(', ')}`, () => {
      const found = findProposal(openFolder(fileTree(files)));
      expect(found?.test.join(' ') ?? null).to.equal(test);
      if (found !== null) expect(found.isTested).to.equal(true);
    });
  }
});
