import { expect } from 'chai';
import { hasNoManifest, hasNoTests, saysNoTests } from './greenfield.ts';

const SPEC = '.kiro/specs/a/tasks.md';

describe('a repository without tests', () => {
  it('has no file where any tool chain looks for tests', () => {
    for (const test of [
      'test/a.js',
      'tests/test_a.py',
      'src/a.test.ts',
      'src/a.spec.js',
      'src/__tests__/a.js',
      'pkg/a_test.go',
      'test_a.py',
      'src/test/java/a/ATest.java',
      'app/src/main/AIT.java',
      'spec/a_spec.rb',
      'packages/x/test/a.mjs',
    ])
      expect(hasNoTests(['README.md', SPEC, test]), test).to.equal(false);
    for (const other of [
      'src/a.js',
      'src/latest.py',
      'docs/tests/a.md',
      'examples/test/a.js',
      '.kiro/specs/test/tasks.md',
      'contest/a.c',
    ])
      expect(hasNoTests([other]), other).to.equal(true);
    expect(hasNoTests([])).to.equal(true);
  });

  it('has no manifest either while it is empty', () => {
    expect(hasNoManifest(['README.md', 'LICENSE', SPEC, 'docs/package.json'])).to.equal(true);
    for (const manifest of [
      'package.json',
      'app/pom.xml',
      'pyproject.toml',
      'go.mod',
      'Cargo.toml',
      'Makefile',
      'a/b.csproj',
    ])
      expect(hasNoManifest(['README.md', manifest]), manifest).to.equal(false);
    expect(hasNoManifest(['tests/test_a.py'])).to.equal(false);
  });

  it('is one of whose tests the test command says so', () => {
    for (const said of [
      'No tests found, exiting with code 1',
      'No test files found, exiting with code 1',
      'Error: No test files found: "test"',
      'collected 0 items\n\n=== no tests ran in 0.01s ===',
      'Ran 0 tests in 0.000s\n\nNO TESTS RAN',
      '?   \tex.com/a\t[no test files]',
      '[INFO] No tests to run.',
      '> Task :test NO-SOURCE',
      'ℹ tests 0\nℹ suites 0',
      'npm error Missing script: "test"',
    ])
      expect(saysNoTests(said), said).to.equal(true);
    for (const said of [
      'ℹ tests 10',
      'collected 10 items',
      'Ran 20 tests in 1s',
      'AssertionError: nothing was found',
      '',
    ])
      expect(saysNoTests(said), said).to.equal(false);
  });
});
