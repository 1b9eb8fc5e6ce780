import { expect } from 'chai';
import fc from 'fast-check';
import { EXECUTABLE_CONFIGURATION, findProtectedChanges, isSpecPath, PROTECTED_PATHS } from './protected-paths.ts';

describe('findProtectedChanges', () => {
  const covered = [
    '.github/workflows/ci.yml',
    '.github/workflows/deep/er/x',
    '.github/workflows',
    '.github/actions/build/action.yml',
    '.gitlab-ci.yml',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    'Jenkinsfile',
    'jenkinsfile',
    'buildspec.yml',
    'buildspec-release.yml',
    'buildspec.yaml',
    '.kiro-worker.yaml',
    '.gitlab-ci.yml/x',
    'Jenkinsfile/x',
    '.kiro/settings/mcp.json',
    '.kiro/hooks/on-save.json',
    '.kiro/agents/a.json',
    '.mcp.json',
    '.gitmodules',
    '.husky/pre-commit',
    '.husky/_/husky.sh',
    '.kiro-worker.yml',
    '.git/config',
    '.git',
    'packages/a/.git/config',
    'packages/a/.git',
    // Other spellings of the same on some file system.
    '.GitHub/Workflows/CI.yml',
    '.GITHUB/WORKFLOWS/ci.yml',
    '.Kiro/Hooks/x',
    '.HUSKY/pre-commit',
    '.hu\u017fky/pre-commit',
    '.\u212airo/hooks/x',
    '.g\u200cit/config',
    '.github\u200b/workflows/ci.yml',
    '.\uff47ithub/workflows/ci.yml',
    '.git./config',
    '.git /config',
    '.mcp.json.',
    'GIT~1/config',
    '.git::$INDEX_ALLOCATION/config',
    '.mcp.json::$DATA',
    '.github\\workflows\\ci.yml',
    './.github/workflows/ci.yml',
    '.github//workflows/ci.yml',
    // What a wildcard does not match by itself.
    '.github/workflows/a\nb.yml',
    '.github/workflows/sub/a\r.yml',
    '.github/workflows/\n',
    '.github/actions/x\n/action.yml',
    '.circleci/\u2028x.yml',
    '.husky/pre\ncommit',
    '.kiro/hooks/\n.json',
    '.kiro/settings/m\u2029cp.json',
    'sub/.git/con\nfig',
    'buildspec\n.yml',
    '.github/workflows/\u001b[2K.yml',
    '.github/workflows/\ufffd.yml',
    // A link or file in place of a folder above.
    '.github',
    '.kiro',
    '.circleci',
    '.Kiro',
  ];
  for (const path of covered) {
    it(`finds ${JSON.stringify(path)}`, () => {
      expect(findProtectedChanges(['src/a.ts', path], PROTECTED_PATHS)).to.deep.equal([path]);
    });
  }

  const free = [
    'src/index.ts',
    '.github/CODEOWNERS',
    '.github/ISSUE_TEMPLATE/bug.yml',
    'docs/.github/workflows/example.yml',
    '.kiro/steering/style.md',
    '.kiro/specs/x/tasks.md',
    'src/Jenkinsfile',
    'src/buildspec.yml',
    '.gitignore',
    '.gitattributes',
    'git/config',
    'src/mcp.json',
    'kiro/hooks/x',
    'src/..config',
  ];
  for (const path of free) {
    it(`leaves ${path} free`, () => {
      expect(findProtectedChanges([path], PROTECTED_PATHS)).to.deep.equal([]);
    });
  }

  it('takes further patterns, and no pattern can take protection away', () => {
    const patterns = [...PROTECTED_PATHS, 'Infra/**', '!.github/workflows/**', './deploy/*.sh', 'x/**/y.txt', '*.tf'];
    const paths = [
      ...['infra/main.tf', 'infra', 'deploy/run.sh', 'deploy/x/run.sh', '.github/workflows/ci.yml', 'a'],
      ...['infra/a\nb', 'deploy/a\n.sh', 'x/\n/y.txt', 'a\nb.tf', 'a\n'],
    ];
    expect(findProtectedChanges(paths, patterns)).to.deep.equal([
      'infra/main.tf',
      'infra',
      'deploy/run.sh',
      '.github/workflows/ci.yml',
      ...['infra/a\nb', 'deploy/a\n.sh', 'x/\n/y.txt', 'a\nb.tf'],
    ]);
  });

  it('finds a protected path in any letter case', () => {
    const anyCase = (text: string) =>
      fc
        .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
        .map((upper) => [...text].map((c, at) => (upper[at] ? c.toUpperCase() : c)).join(''));
    fc.assert(
      fc.property(fc.constantFrom(...EXECUTABLE_CONFIGURATION, '.github/workflows').chain(anyCase), (path) => {
        expect(findProtectedChanges([path, `${path}/x`], PROTECTED_PATHS)).to.have.length(2);
      }),
    );
  });
});

describe('isSpecPath', () => {
  const folder = '.kiro/specs/feature/Parser';
  const rows: ReadonlyArray<[path: string, expected: boolean]> = [
    ['.kiro/specs/feature/Parser/tasks.md', true],
    ['.kiro/specs/feature/Parser/notes/deep.md', true],
    ['.kiro/specs/feature/Parser', true],
    ['.KIRO/specs/Feature/parser/Tasks.md', true],
    ['.kiro/specs/feature', true],
    ['.kiro', true],
    ['.kiro/specs/feature/Parser2/tasks.md', false],
    ['.kiro/specs/other/tasks.md', false],
    ['.kiro/steering/a.md', false],
    ['src/.kiro/specs/feature/Parser/tasks.md', false],
    ['src/a.ts', false],
  ];
  for (const [path, expected] of rows) {
    it(`says ${expected} for ${path}`, () => {
      expect(isSpecPath(path, folder)).to.equal(expected);
    });
  }
});
