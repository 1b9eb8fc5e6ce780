import { itDetects, manifest, uses } from '../../../../../test/support/scenes/file-trees.ts';
import type { Argv } from '../../argv.ts';

type Row = Parameters<typeof itDetects>[0][number];
const C8: Argv = ['npx', '--yes', 'c8@10.1.3', '--reporter=lcovonly', '--report-dir=coverage'];

describe('JavaScript', () => {
  describe('of the package manager', () => {
    const test = manifest({ test: 'node --test' }, uses('x'));
    const field = (packageManager: string) => manifest({ test: 'node --test' }, { packageManager, ...uses('x') });
    itDetects([
      [
        'a lock file of npm',
        { 'package.json': test, 'package-lock.json': '' },
        { install: [['npm', 'ci']], ecosystem: 'npm' },
      ],
      ['npm without a lock file', { 'package.json': test }, { install: [['npm', 'install', '--no-package-lock']] }],
      [
        'nothing to install',
        { 'package.json': manifest({ test: 'node --test' }) },
        { install: [], test: ['npm', 'test'] },
      ],
      ['a BOM', { 'package.json': `\ufeff${manifest({ test: 'node --test' })}` }, { test: ['npm', 'test'] }],
      [
        'packageManager before two lock files',
        { 'package.json': field('pnpm@11.3.0'), 'package-lock.json': '', 'pnpm-lock.yaml': '' },
        {
          install: [['npx', '--yes', 'pnpm@11.3.0', 'install', '--frozen-lockfile']],
          test: ['npx', '--yes', 'pnpm@11.3.0', 'test'],
          ecosystem: 'pnpm',
        },
      ],
      [
        'Yarn 4 that is not committed',
        { 'package.json': field('yarn@4.10.0+sha512.abc'), 'yarn.lock': '' },
        { install: [['npx', '--yes', '--package', '@yarnpkg/cli-dist@4.10.0', 'yarn', 'install', '--immutable']] },
      ],
      [
        'Yarn 4 that is committed',
        {
          'package.json': field('yarn@4.4.1'),
          'yarn.lock': '',
          '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.4.1.cjs\n',
          '.yarn/releases/yarn-4.4.1.cjs': '',
        },
        { install: [['node', '.yarn/releases/yarn-4.4.1.cjs', 'install', '--immutable']] },
      ],
      [
        'Yarn 1 by its lock file',
        { 'package.json': test, 'yarn.lock': '# yarn lockfile v1\n' },
        { install: [['npx', '--yes', 'yarn@1.22.22', 'install', '--frozen-lockfile']] },
      ],
      [
        'pnpm by the format of its lock file',
        { 'package.json': test, 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" },
        { install: [['npx', '--yes', 'pnpm@8', 'install', '--frozen-lockfile']] },
      ],
      [
        'Bun',
        { 'package.json': manifest({ test: 'bun test' }, uses('x')), 'bun.lock': '' },
        {
          install: [['npx', '--yes', 'bun@1', 'install', '--frozen-lockfile']],
          coverage: ['npx', '--yes', 'bun@1', 'run', 'test', '--coverage', '--coverage-reporter=lcov'],
        },
      ],
    ]);
  });

  describe('of coverage', () => {
    const npm = (test: string, ...names: string[]) => ({ 'package.json': manifest({ test }, uses(...names)) });
    const runs = (...args: string[]): Argv => ['npm', 'run', 'coverage', ...args];
    const ofTable = (report: string): Argv => ['sh', '-c', `npm run coverage && npx ${report}`];
    const ownScript = (coverage: string, expected: Argv): Row => [
      `a script of its own: ${coverage}`,
      { 'package.json': manifest({ test: 'mocha', coverage }) },
      { coverage: expected },
    ];
    itDetects([
      ['Jest', npm('jest', 'jest'), { coverage: ['npm', 'test', '--', '--coverage', '--coverageReporters=lcov'] }],
      [
        'Vitest with a provider',
        npm('vitest run', 'vitest', '@vitest/coverage-v8'),
        { coverage: ['npm', 'test', '--', '--coverage', '--coverage.reporter=lcov'] },
      ],
      ['node --test', npm('node --test'), { coverage: [...C8, 'npm', 'test'] }],
      ['mocha', npm('mocha', 'mocha'), { coverage: [...C8, 'npm', 'test'] }],
      ['a test script that measures', npm('c8 --reporter=lcov mocha', 'c8'), { coverage: null }],
      [
        'a test script that prints a table alone',
        npm('c8 ava', 'c8'),
        { coverage: ['sh', '-c', 'npm test && npx c8 report --reporter=lcovonly --report-dir=coverage'] },
      ],
      ownScript('vitest run --coverage --coverage.reporter=text', runs('--', '--coverage.reporter=lcov')),
      ownScript('jest --coverage --coverageReporters=text', runs('--', '--coverageReporters=lcov')),
      ownScript('jest --coverage --coverageReporters=text --coverageReporters=lcov', runs()),
      ownScript('c8 -o out --reporter text mocha -t 9', ofTable('c8 report --reporter=lcovonly --reports-dir=out')),
      ownScript('nyc -t .cov mocha', ofTable('nyc report --reporter=lcovonly --report-dir=coverage --temp-dir=.cov')),
      ownScript('node --test --experimental-test-coverage', [...C8, ...runs()]),
      [
        'a script of its own, and not one that uploads',
        {
          'package.json': manifest({
            test: 'mocha',
            'test:coverage': 'codecov',
            coverage: 'nyc --reporter=lcov mocha',
          }),
        },
        { coverage: ['npm', 'run', 'coverage'] },
      ],
      [
        'no script that opens the report',
        { 'package.json': manifest({ test: 'mocha', coverage: 'c8 report -r lcov && open-cli coverage/index.html' }) },
        { coverage: [...C8, 'npm', 'test'] },
      ],
      [
        'a runner that a pattern of scripts starts',
        { 'package.json': manifest({ test: 'pnpm run "/^test:.*/"', 'test:spec': 'jest', 'test:types': 'tsc' }) },
        { coverage: ['npm', 'run', 'test:spec', '--', '--coverage', '--coverageReporters=lcov'] },
      ],
      [
        'a runner that stands before others',
        { 'package.json': manifest({ test: 'jest --ci && npm run lint', lint: 'eslint .' }) },
        { coverage: ['npx', 'jest', '--ci', '--coverage', '--coverageReporters=lcov'] },
      ],
    ]);
  });

  describe('of what tests need', () => {
    itDetects([
      [
        'a build that tests import',
        { 'package.json': manifest({ test: 'mocha', build: 'tsc' }), 'test/a.js': "import { a } from '../dist/a.js';" },
        { install: [['npm', 'run', 'build']] },
      ],
      [
        "a build that tests import by the package's name",
        {
          'package.json': manifest(
            { test: 'mocha', build: 'tsc' },
            { name: 'thing', exports: { './a': './dist/a.js' } },
          ),
          'test/a.js': "import { a } from 'thing/a';",
        },
        { install: [['npm', 'run', 'build']] },
      ],
      [
        'no build of its own where the script builds',
        { 'package.json': manifest({ pretest: 'npm run build', test: 'node dist/test.js', build: 'tsc' }) },
        { install: [] },
      ],
      [
        'tests of workspaces',
        {
          'package.json': JSON.stringify({ workspaces: ['packages/*'] }),
          'packages/a/package.json': manifest({ test: 'node --test' }),
        },
        { test: ['npm', 'test', '--workspaces', '--if-present'] },
      ],
      [
        'a runner without a script',
        { 'package.json': JSON.stringify(uses('mocha')), 'test/a.js': '' },
        { test: ['npx', 'mocha'] },
      ],
      [
        'a known runner without its watching',
        { 'package.json': manifest({ test: 'jest --watchAll' }) },
        { test: ['npx', 'jest'], coverage: ['npx', 'jest', '--coverage', '--coverageReporters=lcov'] },
      ],
      [
        'another script than one that needs a browser',
        { 'package.json': manifest({ test: 'npm run test:unit && playwright test', 'test:unit': 'mocha' }) },
        { test: ['npm', 'run', 'test:unit'] },
      ],
    ]);
  });
});
