import { expect } from 'chai';
import { detect, fileTree, itDetects, manifest, uses } from '../../../../../test/support/scenes/file-trees.ts';
import { isWorkerError } from '../../../errors.ts';
import { suggestRepositoryFile } from '../../commands.ts';

const NODE_TEST = "import test from 'node:test';";
const WORKSPACES = JSON.stringify({ workspaces: ['packages/*'] });

describe('the tests of a package', () => {
  describe('are those that', () => {
    itDetects([
      [
        'Node runs itself in TypeScript, from the version on that reads it',
        { 'package.json': manifest({}), 'test/a.test.ts': NODE_TEST },
        { test: ['node', '--test'], needs: [{ tool: 'node', wanted: '>=22.18', by: 'test/a.test.ts' }] },
      ],
      [
        'tsx runs where it is there',
        { 'package.json': manifest({}, uses('tsx')), 'test/a.test.ts': NODE_TEST },
        { test: ['npx', 'tsx', '--test'] },
      ],
      ['lie in one file', { 'package.json': manifest({}), 'test.js': NODE_TEST }, { test: ['node', '--test'] }],
      [
        'Jasmine runs without a script',
        { 'package.json': manifest({}, uses('jasmine')), 'spec/a.spec.js': '' },
        { test: ['npx', 'jasmine'] },
      ],
      [
        'tape runs without a script',
        { 'package.json': manifest({}, uses('tape')), 'test/a.js': '' },
        { test: ['npx', 'tape', 'test/**/*.js'] },
      ],
      [
        'another script runs than one that only lints',
        { 'package.json': manifest({ test: 'npm run lint', lint: 'eslint .', 'test:unit': 'mocha' }) },
        { test: ['npm', 'run', 'test:unit'] },
      ],
      [
        'scripts of workspaces run, before a runner of the root',
        {
          'package.json': JSON.stringify({ workspaces: ['packages/*'], ...uses('jest') }),
          'packages/a/package.json': manifest({ test: 'jest' }),
          'packages/a/a.test.js': '',
        },
        {
          test: ['npm', 'test', '--workspaces', '--if-present'],
          coverage: [
            ...(['npm', 'test', '--workspaces', '--if-present', '--'] as const),
            ...['--coverage', '--coverageReporters=lcov'],
          ],
        },
      ],
      [
        'Yarn 1 runs in the workspaces that have some',
        {
          'package.json': WORKSPACES,
          'yarn.lock': '# yarn lockfile v1\n',
          'packages/a/package.json': manifest({ test: 'node --test' }),
          'packages/b/package.json': manifest({}),
        },
        { test: ['sh', '-c', '(cd packages/a && npx --yes yarn@1.22.22 run test)'] },
      ],
      [
        'pnpm runs in workspaces, measured',
        {
          'package.json': manifest({}),
          'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
          'packages/a/package.json': manifest({ test: 'mocha' }),
        },
        {
          coverage: [
            ...(['npx', '--yes', 'c8@10.1.3', '--reporter=lcovonly', '--report-dir=coverage'] as const),
            ...['npx', '--yes', 'pnpm@10', '--recursive', '--if-present', 'run', 'test'],
          ],
        },
      ],
      [
        "Vitest runs in workspaces of pnpm, whose options reach it, with the provider at the workspaces' root",
        {
          'package.json': manifest({}),
          'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
          'packages/a/package.json': manifest({ test: 'vitest run' }, { devDependencies: { vitest: '^2' } }),
        },
        {
          coverage: [
            ...(['sh', '-c'] as const),
            'npx --yes pnpm@10 add --save-dev --workspace-root "@vitest/coverage-v8@$(node -p "JSON.parse(fs.readFileSync([' +
              "'node_modules/vitest/package.json','packages/a/node_modules/vitest/package.json'" +
              '].find(fs.existsSync))).version")" && npx --yes pnpm@10 --recursive --if-present run test --coverage --coverage.reporter=lcov',
          ],
        },
      ],
      [
        'are measured by Node, which prints alone what it counted',
        { 'package.json': manifest({ test: 'node --test --experimental-test-coverage' }) },
        { coverage: ['npx', '--yes', 'c8@10.1.3', '--reporter=lcovonly', '--report-dir=coverage', 'npm', 'test'] },
      ],
      [
        'mocha runs in another style, which is no browser',
        { 'package.json': manifest({ test: 'mocha --ui tdd' }) },
        { test: ['npm', 'test'] },
      ],
    ]);
  });

  it('are refused where they wait for a person, with lines that run what is there', () => {
    const rows: readonly (readonly [test: string, why: RegExp, line: string])[] = [
      ['cross-env CI= jest --watchAll', /watches/, 'test: npx cross-env CI= jest\n'],
      ['node --test --watch', /watches/, 'test: node --test\n'],
      ['tsx watch --test', /watches/, 'test: npx tsx --test\n'],
      ['vitest --ui', /opens a browser/, 'test: npx vitest run\n'],
      ['node --inspect-brk node_modules/.bin/jest', /waits for a debugger/, 'test: node node_modules/.bin/jest\n'],
      ['playwright test', /needs a browser/, "test: sh -c 'npx playwright install chromium && npm test'\n"],
      ['test-storybook', /needs a browser/, 'test: npm test\n'],
      ['vitest run --browser', /needs a browser/, 'test: npm test\n'],
      ['vscode-test', /needs a browser/, 'test: npm test\n'],
      ['docker compose up -d && mocha', /starts containers/, 'test: npm test\n'],
      ['docker-compose -f a.yml run tests', /starts containers/, 'test: npm test\n'],
    ];
    for (const [test, why, line] of rows) expectRefusal({ 'package.json': manifest({ test }) }, { why, line });
  });

  it('are refused where a script hands the watching on, or a workspace has it', () => {
    expectRefusal(
      { 'package.json': manifest({ test: 'npm run spec -- --watch', spec: 'vitest' }) },
      { why: /watches for changes/, line: 'test: ' },
    );
    expectRefusal(
      {
        'package.json': WORKSPACES,
        'packages/a/package.json': manifest({ test: 'mocha' }),
        'packages/b/package.json': manifest({ test: 'playwright test' }),
      },
      { why: /"test" of packages\/b needs a browser/, line: 'test: npm test --workspace=packages/a\n' },
    );
  });
});

function expectRefusal(files: Record<string, string>, { why, line }: { why: RegExp; line: string }): void {
  let problems = '';
  try {
    detect(files);
  } catch (error) {
    if (!isWorkerError(error, 'COMMANDS_NOT_DETECTED')) throw error;
    problems = error.problems.join('\n');
  }
  expect(problems).to.match(why);
  expect(suggestRepositoryFile({ repositoryFile: null, env: {}, tree: fileTree(files) })).to.contain(line);
}
