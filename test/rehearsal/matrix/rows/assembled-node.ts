import { mochaEdits, vitestEdits } from '../edits.ts';
import type { Piece, Row } from '../row.ts';
import { HASH, HPACK, OBUF, ZOD } from './sources.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Its tests import `zod/v3`, so each skeleton says where that leads. */
const ZOD_V3: Piece = { source: ZOD, paths: { 'src/v3': 'src/v3' } };
/** Needs a compiler of its own to read the sources. */
const WITHOUT_COMPILER = ['language-server.source.ts', 'language-server.test.ts'].map((name) => `src/v3/tests/${name}`);
const WITHOUT = ['src/v3/benchmarks', ...WITHOUT_COMPILER];

/** Real sources and tests of npm packages, each in the skeleton of a manager or runner that no package can carry. */
export const ASSEMBLED_NODE_ROWS: readonly Row[] = [
  {
    id: 'npm-jest',
    kind: 'npm, jest',
    tools: [],
    project: {
      pieces: [
        {
          source: HASH,
          paths: {
            lib: 'lib',
            'test/hash-test.js': 'test/hash.test.js',
            'test/hmac-test.js': 'test/hmac.test.js',
          },
        },
      ],
      files: {
        'package.json': json({
          ...{ name: 'hash.js', version: '1.1.7', main: 'lib/hash.js', scripts: { test: 'jest' } },
          dependencies: { inherits: '^2.0.3', 'minimalistic-assert': '^1.0.1' },
          devDependencies: { jest: '^29.7.0' },
        }),
        '.gitignore': 'node_modules\ncoverage\n',
      },
      lock: { tool: 'npm', args: ['install', '--package-lock-only', '--no-audit', '--no-fund'] },
    },
    edits: mochaEdits({ source: 'lib/sums.js', test: 'test/sums.test.js' }),
  },
  {
    id: 'pnpm-vitest',
    kind: 'pnpm, Vitest',
    tools: [],
    project: {
      pieces: [ZOD_V3],
      without: WITHOUT,
      files: {
        'package.json': json({
          ...{ name: 'zod', version: '3.25.76', type: 'module', packageManager: 'pnpm@10.34.9' },
          exports: { './v3': './src/v3/index.ts', './v3/*': './src/v3/*.ts' },
          scripts: { test: 'vitest run' },
          devDependencies: { '@standard-schema/spec': '^1.0.0', '@vitest/coverage-v8': '^3.2.4', vitest: '^3.2.4' },
        }),
        '.gitignore': 'node_modules\ncoverage\n',
      },
      lock: { tool: 'pnpm', args: ['install', '--lockfile-only'] },
    },
    edits: vitestEdits({
      source: 'src/v3/helpers/sums.ts',
      test: 'src/v3/tests/sums.test.ts',
      from: '../helpers/sums.js',
    }),
  },
  {
    id: 'typescript-build',
    kind: 'TypeScript with build',
    tools: [],
    project: {
      pieces: [ZOD_V3],
      without: WITHOUT,
      files: {
        'package.json': json({
          ...{ name: 'zod', version: '3.25.76', type: 'module' },
          exports: { './v3': './dist/index.js', './v3/*': './dist/*.js' },
          scripts: { build: 'tsc --project tsconfig.build.json', test: 'vitest run' },
          devDependencies: {
            '@standard-schema/spec': '^1.0.0',
            '@vitest/coverage-v8': '^4.1.9',
            typescript: '^5.9.3',
            vitest: '^4.1.9',
          },
        }),
        'tsconfig.build.json': json({
          compilerOptions: {
            ...{ rootDir: 'src/v3', outDir: 'dist', declaration: true, sourceMap: true, strict: true },
            ...{ target: 'es2022', module: 'nodenext', skipLibCheck: true },
          },
          include: ['src/v3'],
          exclude: ['src/v3/tests'],
        }),
        '.gitignore': 'node_modules\ndist\ncoverage\n',
      },
      lock: { tool: 'npm', args: ['install', '--package-lock-only', '--no-audit', '--no-fund'] },
    },
    edits: vitestEdits({ source: 'src/v3/sums.ts', test: 'src/v3/tests/sums.test.ts', from: 'zod/v3/sums' }),
  },
  {
    id: 'yarn-classic',
    kind: 'Yarn 1',
    tools: [],
    project: {
      pieces: [
        {
          source: HASH,
          paths: { lib: 'lib', test: 'test' },
        },
      ],
      files: {
        'package.json': json({
          ...{
            name: 'hash.js',
            version: '1.1.7',
            main: 'lib/hash.js',
            scripts: { test: 'mocha --reporter=spec test/*-test.js' },
          },
          dependencies: { inherits: '^2.0.3', 'minimalistic-assert': '^1.0.1' },
          devDependencies: { mocha: '^10.8.2' },
        }),
        '.gitignore': 'node_modules\n',
      },
      lock: { tool: 'yarn', args: ['install', '--ignore-scripts', '--non-interactive'] },
    },
    edits: mochaEdits({ source: 'lib/sums.js', test: 'test/sums-test.js' }),
  },
  {
    id: 'yarn-modern',
    kind: 'Yarn 4',
    tools: [],
    project: {
      pieces: [
        {
          source: {
            client: 'npm',
            name: 'des.js',
            version: '1.1.0',
            sha256: '9a06b8294e38ca9bb70a6257290cc217e9172dfc0059f7639f59f074a924ef9d',
          },
          paths: { lib: 'lib', test: 'test' },
        },
      ],
      files: {
        'package.json': json({
          ...{ name: 'des.js', version: '1.1.0', main: 'lib/des.js', packageManager: 'yarn@4.18.1' },
          scripts: { test: 'NODE_OPTIONS=--openssl-legacy-provider mocha --reporter=spec test/*-test.js' },
          dependencies: { inherits: '^2.0.1', 'minimalistic-assert': '^1.0.0' },
          devDependencies: { mocha: '^10.8.2' },
        }),
        '.yarnrc.yml': 'nodeLinker: node-modules\n',
        // Says that the project ends here.
        'yarn.lock': '',
        '.gitignore': 'node_modules\n.yarn\n',
      },
      lock: { tool: 'berry', args: ['install', '--mode=update-lockfile'] },
    },
    edits: mochaEdits({ source: 'lib/sums.js', test: 'test/sums-test.js' }),
  },
  {
    id: 'two-lock-files',
    kind: 'npm beside an old lock file of Yarn',
    tools: [],
    project: {
      pieces: [{ source: OBUF, paths: { 'index.js': 'index.js', test: 'test' } }],
      files: {
        'package.json': json({
          ...{
            name: 'obuf',
            version: '1.1.2',
            main: 'index.js',
            scripts: { test: 'mocha --reporter=spec test/*-test.js' },
          },
          devDependencies: { mocha: '^10.8.2' },
        }),
        'yarn.lock': '# yarn lockfile v1\n',
        '.gitignore': 'node_modules\ncoverage\n',
      },
      lock: { tool: 'npm', args: ['install', '--package-lock-only', '--no-audit', '--no-fund'] },
    },
    edits: mochaEdits({ source: 'sums.js', test: 'test/sums-test.js' }),
  },
  {
    id: 'npm-workspaces',
    kind: 'monorepo of npm workspaces',
    tools: [],
    project: {
      pieces: [
        { source: OBUF, paths: { '.': 'packages/obuf' } },
        { source: HPACK, paths: { '.': 'packages/hpack.js' } },
      ],
      files: {
        'package.json': json({ private: true, workspaces: ['packages/*'], scripts: { test: 'npm test --workspaces' } }),
        '.gitignore': 'node_modules\n',
      },
      lock: { tool: 'npm', args: ['install', '--package-lock-only', '--no-audit', '--no-fund'] },
    },
    edits: mochaEdits({ source: 'packages/obuf/sums.js', test: 'packages/obuf/test/sums-test.js' }),
  },
];
