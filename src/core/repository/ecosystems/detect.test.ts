import { expect } from 'chai';
import { type Commands, selectCommands } from '../commands.ts';
import { DETECTED_TOOLS } from './detect.ts';

const manifest = (parts: object = {}) => JSON.stringify({ scripts: { test: 'node --test' }, ...parts });
const withDependencies = (scripts: Record<string, string> = { test: 'jest' }) =>
  JSON.stringify({ scripts, devDependencies: { jest: '1' } });

function select({ files }: { files: Record<string, string> }): Commands {
  return selectCommands({ repositoryFile: null, env: {}, files: Object.keys(files), texts: files });
}

describe('ecosystems', () => {
  describe('shown by the files', () => {
    const rows: ReadonlyArray<[name: string, files: Record<string, string>, expected: Partial<Commands>]> = [
      [
        'npm',
        { 'package.json': withDependencies({ test: 'jest', coverage: 'jest --coverage' }), 'package-lock.json': '' },
        { install: [['npm', 'ci']], test: ['npm', 'test'], coverage: ['npm', 'run', 'coverage'], folder: '.' },
      ],
      [
        'npm with both coverage scripts',
        {
          'package.json': withDependencies({ test: 'a', coverage: 'b', 'test:coverage': 'c' }),
          'package-lock.json': '',
        },
        { coverage: ['npm', 'run', 'test:coverage'] },
      ],
      [
        'npm without a coverage script',
        { 'package.json': withDependencies(), 'npm-shrinkwrap.json': '' },
        { install: [['npm', 'ci']], coverage: null, reports: { tests: [], coverage: [] } },
      ],
      [
        'a package without dependencies and lock file',
        { 'package.json': manifest() },
        { install: [], test: ['npm', 'test'] },
      ],
      [
        'empty dependency groups',
        { 'package.json': manifest({ dependencies: {}, devDependencies: {} }) },
        { install: [], test: ['npm', 'test'] },
      ],
      ['a BOM', { 'package.json': `\ufeff${manifest()}` }, { test: ['npm', 'test'] }],
      [
        'pnpm',
        { 'package.json': withDependencies({ test: 'x', 'test:coverage': 'y' }), 'pnpm-lock.yaml': '' },
        {
          install: [['pnpm', 'install', '--frozen-lockfile']],
          test: ['pnpm', 'test'],
          coverage: ['pnpm', 'run', 'test:coverage'],
        },
      ],
      [
        'classic yarn',
        { 'package.json': withDependencies(), 'yarn.lock': '' },
        { install: [['yarn', 'install', '--frozen-lockfile']], test: ['yarn', 'test'] },
      ],
      [
        'modern yarn',
        { 'package.json': withDependencies(), 'yarn.lock': '', '.yarnrc.yml': '' },
        { install: [['yarn', 'install', '--immutable']] },
      ],
      [
        'modern yarn by its field',
        { 'package.json': manifest({ packageManager: 'yarn@4.1.0' }), 'yarn.lock': '' },
        { install: [['yarn', 'install', '--immutable']] },
      ],
      [
        'pytest with requirements',
        { 'pytest.ini': '', 'requirements.txt': 'flask', 'requirements-dev.txt': 'pytest\npytest-cov==5' },
        {
          install: [
            [
              'python3',
              '-m',
              'pip',
              'install',
              '--requirement',
              'requirements.txt',
              '--requirement',
              'requirements-dev.txt',
            ],
          ],
          test: ['python3', '-m', 'pytest', '--junitxml=reports/junit.xml', '--cov', '--cov-report=xml:coverage.xml'],
          coverage: null,
          reports: { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] },
        },
      ],
      [
        'pytest with uv',
        { 'pyproject.toml': '[tool.pytest.ini_options]\n[dependency-groups]\ndev=["pytest-cov"]', 'uv.lock': '' },
        { install: [['uv', 'sync', '--frozen']] },
      ],
      [
        'pytest with poetry',
        { 'setup.cfg': '[tool:pytest]', 'pyproject.toml': 'pytest_cov = "*"', 'poetry.lock': '' },
        { install: [['poetry', 'install', '--no-interaction']] },
      ],
      [
        'go',
        { 'go.mod': '' },
        {
          install: [['go', 'mod', 'download']],
          test: ['go', 'test', '-coverprofile=coverage.out', './...'],
          reports: { tests: [], coverage: ['coverage.out'] },
        },
      ],
      [
        'maven with wrapper',
        { 'pom.xml': '', mvnw: '' },
        { install: [], test: ['./mvnw', '--batch-mode', '--no-transfer-progress', 'verify'] },
      ],
      ['maven', { 'pom.xml': '' }, { test: ['mvn', '--batch-mode', '--no-transfer-progress', 'verify'] }],
      [
        'gradle with wrapper and JaCoCo',
        { 'build.gradle.kts': 'plugins { jacoco }', gradlew: '' },
        {
          install: [],
          test: ['./gradlew', '--no-daemon', '--console=plain', 'test'],
          coverage: ['./gradlew', '--no-daemon', '--console=plain', 'test', 'jacocoTestReport'],
        },
      ],
      [
        'gradle without',
        { 'build.gradle': '' },
        { test: ['gradle', '--no-daemon', '--console=plain', 'test'], coverage: null },
      ],
      [
        'go beside a package.json that has no tests',
        { 'go.mod': '', 'package.json': manifest({ scripts: { lint: 'x' } }) },
        { test: ['go', 'test', '-coverprofile=coverage.out', './...'] },
      ],
      [
        'npm beside a Python configuration of other tools',
        { 'package.json': manifest(), 'pyproject.toml': '[tool.ruff]' },
        { test: ['npm', 'test'] },
      ],
    ];
    for (const [name, files, expected] of rows) {
      it(`takes ${name}`, () => {
        expect(select({ files })).to.deep.include(expected);
      });
    }
  });

  it('are listed for people by the tools that are detected, and no other', () => {
    expect(DETECTED_TOOLS).to.equal('npm, pnpm, yarn, pytest, Go, Maven and Gradle');
  });
});
