import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { lcovOf } from '../../../../test/gates/judge-lines.ts';
import { makeCoverageResult } from '../../../../test/support/run-report.ts';
import { createGitScene, type GitScene } from '../../../../test/support/scenes/git.ts';
import { createWorkspaceFiles } from '../../../adapters/files/workspace-files.ts';
import { parseRepositoryFile } from '../../../core/repository/repository-file.ts';
import { judgeChangedLines } from './changed-lines.ts';

const CODE = 'export function a(b) {\n  c(b);\n  d(b);\n  return b;\n}\n';
const HEADER =
  "export function header(line) {\n  const [name, value] = line.split(':');\n  return { name, value };\n}\n";

describe('the step that judges changed lines', () => {
  let scene: GitScene;
  afterEach(() => scene.close());

  async function judge(of: { files: Record<string, string>; lcov: string; rules?: string; gone?: string[] }) {
    const { head: from, mergeBase } = await scene.checkout();
    for (const file of of.gone ?? []) await rm(path.join(scene.workspace, file));
    for (const [file, text] of Object.entries(of.files)) await scene.write(file, text);
    const committed = await scene.commit();
    if (committed.kind !== 'committed') throw new Error(committed.kind);
    const workspaceFiles = createWorkspaceFiles(scene.workspace);
    // What tests leave there has no part in it.
    await scene.write('src/left.js', CODE);
    return judgeChangedLines(
      { repository: scene.repository, workspaceFiles },
      {
        ...{ from, head: committed.head, commands: { folder: '.' }, coverage: makeCoverageResult() },
        reports: { tests: [], coverage: [{ path: 'lcov.info', bytes: new TextEncoder().encode(of.lcov) }] },
        state: {
          mergeBase,
          baseline: { commit: from, verdict: null },
          repositoryFile: of.rules === undefined ? null : parseRepositoryFile(of.rules, 'the rules'),
        },
      },
    );
  }

  it('reads what the run changed from git, whatever attributes and names say, and what people changed beside it', async () => {
    const odd = 'src/"ü\n\\ x.js';
    scene = await createGitScene({
      files: {
        '.gitattributes': '*.js -diff -text diff=none\n',
        'src/old.js': HEADER,
        'src/link.js': { mode: '120000', content: 'old.js' },
      },
      branchFiles: { 'src/person.js': CODE },
    });
    const result = await judge({
      files: { 'src/a.js': CODE, [odd]: CODE, 'src/new.js': HEADER, 'src/link.js': CODE },
      gone: ['src/old.js', 'src/link.js'],
      lcov:
        ['src/a.js', 'src/person.js'].map((file) => lcovOf(file, '++-+')).join('') +
        lcovOf(`${scene.workspace}/src/link.js`, '++++'),
    });
    expect(result.uncovered).to.deep.equal([
      { path: odd, ranges: [[1, 4]] },
      { path: 'src/a.js', ranges: [[3, 3]] },
    ]);
    expect([result.lines, result.linesOfBranch]).to.deep.equal([
      { covered: 7, total: 12 },
      { covered: 10, total: 16 },
    ]);
    expect(result.verdict).to.equal('failed');
  });

  it('follows the rules, and says which files are too large', async () => {
    scene = await createGitScene();
    const result = await judge({
      files: { 'src/a.js': CODE, 'src/big.js': '// A tool made it.\n'.repeat(120_000) },
      lcov: lcovOf('src/a.js', '+---'),
      rules: 'gates: {changed-lines/uncovered: tell, changed-lines/unknown: block}\n',
    });
    expect(result.findings.map(({ rule, severity }) => [rule, severity])).to.deep.equal([
      ['changed-lines/uncovered', 'warning'],
      ['changed-lines/unknown', 'error'],
    ]);
    expect(result.findings[1]?.message).to.include('src/big.js is too large to be compared');
    expect(result.verdict).to.equal('unknown');
  });
});
