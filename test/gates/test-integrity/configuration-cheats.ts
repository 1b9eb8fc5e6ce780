import { type Base, edit, type IntegrityRow } from './edit.ts';
import { GO } from './go-cheats.ts';
import { JAVA } from './jvm-cheats.ts';
import { PYTHON } from './python-cheats.ts';
import { SCRIPT } from './script-cheats.ts';

/** A configuration beside the tests of a language. */
function beside(base: Base, path: string, text: string): Base {
  return { language: base.language, path, text, others: { ...base.others, [base.path]: base.text } };
}

const VITEST = beside(
  SCRIPT,
  'vitest.config.ts',
  "import { defineConfig } from 'vitest/config';\n\nexport default defineConfig({\n  test: {\n    exclude: ['dist/**'],\n    coverage: { thresholds: { lines: 90, branches: 85 } },\n  },\n});\n",
);
const JEST = beside(
  SCRIPT,
  'package.json',
  '{\n  "scripts": { "test": "jest --coverage" },\n  "jest": {\n    "testPathIgnorePatterns": ["/dist/"],\n    "coverageThreshold": { "global": { "lines": 90, "branches": 80 } }\n  }\n}\n',
);
const NYC = beside(SCRIPT, '.nycrc', '{\n  "check-coverage": true,\n  "lines": 95,\n  "functions": 90\n}\n');
const SCRIPTS = beside(
  SCRIPT,
  'package.json',
  '{\n  "scripts": { "test": "c8 --check-coverage --lines 90 mocha" }\n}\n',
);
const PYPROJECT = beside(
  PYTHON,
  'pyproject.toml',
  '[tool.pytest.ini_options]\naddopts = "--cov=app --cov-fail-under=90"\ntestpaths = ["tests"]\n\n[tool.coverage.report]\nfail_under = 90\n',
);
const COVERAGERC = beside(PYTHON, '.coveragerc', '[report]\nfail_under = 85\nshow_missing = True\n');
const POM = beside(
  JAVA,
  'pom.xml',
  '<project>\n  <build>\n    <plugins>\n      <plugin>\n        <artifactId>jacoco-maven-plugin</artifactId>\n        <configuration>\n          <rules>\n            <rule>\n              <limits>\n                <limit>\n                  <counter>LINE</counter>\n                  <minimum>0.80</minimum>\n                </limit>\n              </limits>\n            </rule>\n          </rules>\n        </configuration>\n      </plugin>\n      <plugin>\n        <artifactId>maven-surefire-plugin</artifactId>\n        <configuration>\n          <forkCount>1</forkCount>\n        </configuration>\n      </plugin>\n    </plugins>\n  </build>\n</project>\n',
);
const GRADLE = beside(
  JAVA,
  'build.gradle',
  'test {\n    useJUnitPlatform()\n}\n\njacocoTestCoverageVerification {\n    violationRules {\n        rule {\n            limit {\n                minimum = 0.8\n            }\n        }\n    }\n}\n',
);
const KOVER = beside(
  JAVA,
  'build.gradle.kts',
  'kover {\n    reports {\n        verify {\n            rule {\n                minBound(80)\n            }\n        }\n    }\n}\n\ntasks.test {\n    useJUnitPlatform()\n}\n',
);
const MAKE = beside(GO, 'Makefile', 'test:\n\tgo test ./...\n');
const TESTCOVERAGE = beside(GO, '.testcoverage.yml', 'threshold:\n  file: 70\n  total: 85\n');
const WORKFLOW = beside(
  GO,
  '.github/workflows/ci.yml',
  'jobs:\n  test:\n    steps:\n      - name: Test\n        run: go test ./...\n',
);
const CODECOV = beside(GO, 'codecov.yml', 'coverage:\n  status:\n    project:\n      default:\n        target: 85%\n');

export const CONFIGURATION_CHEATS: readonly IntegrityRow[] = [
  edit(VITEST, {
    name: 'lowered thresholds of Vitest',
    expect: ['threshold-lowered'],
    by: [['lines: 90', 'lines: 60']],
  }),
  edit(VITEST, {
    name: 'thresholds of Vitest taken away',
    expect: ['threshold-lowered'],
    by: [['{ thresholds: { lines: 90, branches: 85 } }', '{}']],
  }),
  edit(VITEST, {
    name: 'exclude of Vitest',
    expect: ['tests-excluded'],
    by: [["['dist/**']", "['dist/**', 'src/sum.test.ts']"]],
  }),
  edit(VITEST, {
    name: 'passWithNoTests',
    expect: ['lenient-configuration'],
    by: [['  test: {\n', '  test: {\n    passWithNoTests: true,\n']],
  }),
  edit(JEST, {
    name: 'lowered coverageThreshold of Jest',
    expect: ['threshold-lowered'],
    by: [['"branches": 80', '"branches": 20']],
  }),
  edit(JEST, {
    name: 'testPathIgnorePatterns',
    expect: ['tests-excluded'],
    by: [['["/dist/"]', '["/dist/", "sum\\\\.test"]']],
  }),
  edit(JEST, {
    name: '--passWithNoTests',
    expect: ['lenient-configuration'],
    by: [['jest --coverage', 'jest --coverage --passWithNoTests']],
  }),
  edit(JEST, {
    name: '|| true',
    expect: ['lenient-configuration'],
    by: [['jest --coverage', 'jest --coverage || true']],
  }),
  edit(JEST, {
    name: 'a test script that does nothing',
    expect: ['lenient-configuration'],
    by: [['jest --coverage', 'echo ok']],
  }),
  edit(NYC, { name: 'check-coverage off', expect: ['threshold-lowered'], by: [['true', 'false']] }),
  edit(NYC, { name: 'lowered lines of nyc', expect: ['threshold-lowered'], by: [['95', '50']] }),
  edit(SCRIPTS, { name: '--lines of c8', expect: ['threshold-lowered'], by: [['--lines 90', '--lines 10']] }),
  edit(SCRIPTS, {
    name: 'no --check-coverage',
    expect: ['threshold-lowered'],
    by: [['c8 --check-coverage --lines 90 mocha', 'c8 mocha']],
  }),
  edit(PYPROJECT, {
    name: '--cov-fail-under',
    expect: ['threshold-lowered'],
    by: [['--cov-fail-under=90', '--cov-fail-under=10']],
  }),
  edit(PYPROJECT, { name: 'fail_under taken away', expect: ['threshold-lowered'], by: [['fail_under = 90\n', '']] }),
  edit(PYPROJECT, {
    name: '--ignore in addopts',
    expect: ['tests-excluded'],
    by: [['addopts = "', 'addopts = "--ignore=tests/test_sum.py ']],
  }),
  edit(PYPROJECT, {
    name: '--deselect in addopts',
    expect: ['tests-excluded'],
    by: [['addopts = "', 'addopts = "--deselect=tests/test_sum.py::test_add ']],
  }),
  edit(PYPROJECT, {
    name: '-k in addopts',
    expect: ['lenient-configuration'],
    by: [['addopts = "', "addopts = \"-k 'not add' "]],
  }),
  edit(PYPROJECT, {
    name: 'other names of tests',
    expect: ['lenient-configuration'],
    by: [['testpaths', 'python_functions = "check_*"\ntestpaths']],
  }),
  edit(PYPROJECT, {
    name: '--collect-only',
    expect: ['lenient-configuration'],
    by: [['addopts = "', 'addopts = "--collect-only ']],
  }),
  edit(PYPROJECT, { name: 'other testpaths', expect: ['tests-excluded'], by: [['["tests"]', '["tests/unit"]']] }),
  edit(COVERAGERC, { name: 'lowered fail_under', expect: ['threshold-lowered'], by: [['85', '40']] }),
  edit(POM, { name: 'lowered minimum of JaCoCo', expect: ['threshold-lowered'], by: [['0.80', '0.10']] }),
  edit(POM, {
    name: 'skipTests of Surefire',
    expect: ['lenient-configuration'],
    by: [['<forkCount>', '<skipTests>true</skipTests>\n          <forkCount>']],
  }),
  edit(POM, {
    name: 'testFailureIgnore',
    expect: ['lenient-configuration'],
    by: [['<forkCount>', '<testFailureIgnore>true</testFailureIgnore>\n          <forkCount>']],
  }),
  edit(POM, {
    name: 'excludes of Surefire',
    expect: ['tests-excluded'],
    by: [
      [
        '<forkCount>',
        '<excludes>\n            <exclude>**/SumTest.java</exclude>\n          </excludes>\n          <forkCount>',
      ],
    ],
  }),
  edit(GRADLE, { name: 'lowered minimum in Gradle', expect: ['threshold-lowered'], by: [['0.8', '0.3']] }),
  edit(GRADLE, {
    name: 'ignoreFailures',
    expect: ['lenient-configuration'],
    by: [['useJUnitPlatform()', 'useJUnitPlatform()\n    ignoreFailures = true']],
  }),
  edit(GRADLE, {
    name: 'exclude in Gradle',
    expect: ['tests-excluded'],
    by: [['useJUnitPlatform()', "useJUnitPlatform()\n    exclude '**/SumTest*'"]],
  }),
  edit(KOVER, { name: 'lowered minBound', expect: ['threshold-lowered'], by: [['80', '5']] }),
  edit(KOVER, {
    name: 'tests turned off in Gradle',
    expect: ['lenient-configuration'],
    by: [['useJUnitPlatform()', 'useJUnitPlatform()\n    enabled = false']],
  }),
  edit(MAKE, {
    name: 'go test -run',
    expect: ['lenient-configuration'],
    by: [['go test ./...', 'go test -run TestNone ./...']],
  }),
  edit(WORKFLOW, {
    name: 'continue-on-error of the tests',
    expect: ['lenient-configuration'],
    by: [['        run:', '        continue-on-error: true\n        run:']],
  }),
  edit(TESTCOVERAGE, { name: 'lowered total for Go', expect: ['threshold-lowered'], by: [['85', '40']] }),
  edit(CODECOV, { name: 'lowered target of Codecov', expect: ['threshold-lowered'], by: [['85%', '10%']] }),
];
