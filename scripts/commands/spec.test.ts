import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkSpec } from './spec.ts';

describe('spec check', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spec-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Record<string, string | Uint8Array>): void {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  }

  async function check(json: boolean, of = folder) {
    let out = '';
    let error = '';
    const writeOut = (text: string) => {
      out += text;
    };
    const writeError = (text: string) => {
      error += text;
    };
    const exitCode = await checkSpec({ folder: of, json, writeOut, writeError });
    return { exitCode, out, error };
  }

  it('prints one JSON document and exits 0 for a valid spec', async () => {
    const tasks = '- [x] 1. Base\r\n- [-] 2. API\r\n  - _Requirements: 2.1_\r\n- [ ]* 3. Docs';
    write({ 'tasks.md': tasks, 'requirements.md': '', 'design.md': '' });
    const { exitCode, out, error } = await check(true);
    expect([exitCode, error]).to.deep.equal([0, '']);
    expect(JSON.parse(out)).to.deep.equal({
      valid: true,
      problems: [],
      warnings: [],
      tasks: { total: 3, done: 1, inProgress: 1, optional: 1 },
      next: { id: '2', title: 'API', line: 2, requirements: ['2.1'] },
    });
  });

  it('prints the same shape, a line number at each note, and exits 1 for a spec with problems', async () => {
    write({ 'tasks.md': '# Nothing yet\n', 'bugfix.md': '' });
    const { exitCode, out } = await check(true);
    expect(exitCode).to.equal(1);
    const report = JSON.parse(out);
    expect(Object.keys(report)).to.deep.equal(['valid', 'problems', 'warnings', 'tasks', 'next']);
    expect(report.problems.map(({ file, line }: { file: string; line: number }) => [file, line])).to.deep.equal([
      ['tasks.md', 1],
      ['design.md', 1],
    ]);
    expect(report.next).to.equal(null);
  });

  it('reads .config.kiro', async () => {
    write({ 'tasks.md': '- [ ] a', 'requirements.md': '', '.config.kiro': '{"workflowType":"fast-task"}' });
    expect((await check(true)).exitCode).to.equal(0);
    write({ '.config.kiro': Uint8Array.from([0xff, 0]) });
    expect((await check(true)).exitCode).to.equal(1);
  });

  it('names file, line and next task as text', async () => {
    write({ 'tasks.md': '- [x] 1. Base\n  - [ ] 1.1 Store\n', 'requirements.md': '' });
    const { out } = await check(false);
    expect(out).to.contain(`problem  ${join(folder, 'design.md')}: design.md is missing`);
    expect(out).to.contain(`warning  ${join(folder, 'tasks.md')}:1: `);
    expect(out).to.contain(`next: 1.1 Store (${join(folder, 'tasks.md')}:2)`);
    expect(out).to.contain('0 of 1 tasks done');
  });

  it('lets no text of the spec steer the terminal', async () => {
    const tasks = '- [ ] 1. A \u001b[31mred\u0007 \u009b2J \u202eb\n';
    write({ 'tasks.md': tasks, 'requirements.md': '', 'design.md': '' });
    expect((await check(false)).out).to.match(/^ {2}next: 1 A red 2J b \(/m);
    const { out } = await check(true);
    expect(out.replaceAll('\n', '')).not.to.match(/\p{Cc}/u);
    expect(JSON.parse(out).next.title).to.equal('A \u001b[31mred\u0007 \u009b2J \u202eb');
  });

  it('says that nothing is left to do', async () => {
    write({ 'tasks.md': '- [x] a', 'requirements.md': '', 'design.md': '' });
    expect((await check(false)).out).to.contain('Every required task is ticked');
  });

  it('reports the line of what is not UTF-8', async () => {
    write({ 'tasks.md': Uint8Array.from([0x61, 0x0a, 0xff]), 'requirements.md': '', 'design.md': '' });
    const { exitCode, out } = await check(true);
    expect([exitCode, JSON.parse(out).problems[0].line]).to.deep.equal([1, 2]);
  });

  it('follows no symbolic link and takes no folder for a file', async () => {
    write({ 'requirements.md': '', 'elsewhere.md': '- [ ] a' });
    symlinkSync(join(folder, 'elsewhere.md'), join(folder, 'tasks.md'));
    mkdirSync(join(folder, 'design.md'));
    const report = JSON.parse((await check(true)).out);
    expect(report.problems.map(({ file }: { file: string }) => file)).to.deep.equal(['tasks.md', 'design.md']);
  });

  it('exits 2 and prints nothing on stdout when there is no such folder', async () => {
    write({ 'tasks.md': '- [ ] a' });
    for (const path of [join(folder, 'missing'), join(folder, 'tasks.md'), '']) {
      const { exitCode, out, error } = await check(true, path);
      expect([exitCode, out]).to.deep.equal([2, '']);
      expect(error).to.contain(`"${path}"`);
    }
  });
});
