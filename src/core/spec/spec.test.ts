import { expect } from 'chai';
import { evaluateSpec, readTasksFile, type SpecFiles, specFolderCandidates } from './spec.ts';

function spec(changes: Partial<SpecFiles> = {}): SpecFiles {
  const names = ['tasks.md', 'requirements.md', 'design.md'];
  return { folder: '.kiro/specs/x', names, tasks: '- [ ] 1. Build\n', config: null, ...changes };
}

const problemsOf = (changes: Partial<SpecFiles>) => evaluateSpec(spec(changes)).problems;
const warningsOf = (...lines: string[]) =>
  evaluateSpec(spec({ tasks: lines.join('\n') })).warnings.map(({ line, message }) => `${line}: ${message}`);

describe('specFolderCandidates', () => {
  it('names the folder verbatim, then with dashes', () => {
    expect(specFolderCandidates('feature/a/b')).to.deep.equal(['.kiro/specs/feature/a/b', '.kiro/specs/feature-a-b']);
  });
  it('names one folder for a branch without slash', () => {
    expect(specFolderCandidates('login')).to.deep.equal(['.kiro/specs/login']);
  });
});

describe('evaluateSpec', () => {
  describe('files', () => {
    it('accepts tasks.md with a task, requirements.md and design.md', () => {
      expect(evaluateSpec(spec())).to.deep.include({ valid: true, problems: [], warnings: [] });
    });
    it('accepts bugfix.md in place of requirements.md', () => {
      expect(problemsOf({ names: ['tasks.md', 'bugfix.md', 'design.md'] })).to.deep.equal([]);
    });
    for (const config of ['{"workflowType":"fast-task"}', '\uFEFF{ "generationMode": "fast-task" }']) {
      it(`needs no design.md beside ${config.trim()}`, () => {
        expect(problemsOf({ names: ['tasks.md', 'requirements.md', '.config.kiro'], config })).to.deep.equal([]);
      });
    }
    for (const config of [null, '{"workflowType":"design-first"}', '"fast-task"', 'null', '[]', 'fast-task', '']) {
      it(`needs design.md beside ${config}`, () => {
        const problems = problemsOf({ names: ['tasks.md', 'requirements.md'], config });
        expect(problems.map(({ file }) => file)).to.deep.equal(['design.md']);
      });
    }
    it('needs requirements even in a fast-task spec', () => {
      const problems = problemsOf({ names: ['tasks.md'], config: '{"workflowType":"fast-task"}' });
      expect(problems).to.have.length(1);
      expect(problems[0]?.message).to.match(/^requirements\.md or bugfix\.md is missing/);
    });
    it('names everything that is missing at once, and a name in other letters', () => {
      const problems = problemsOf({ names: ['Tasks.md', 'notes.md'], tasks: null });
      expect(problems.map(({ file, line }) => [file, line])).to.deep.equal([
        ['tasks.md', null],
        ['requirements.md', null],
        ['design.md', null],
      ]);
      expect(problems[0]?.message).to.contain('"Tasks.md"');
    });
    it('says that what has the name is not a regular file', () => {
      const problems = problemsOf({ names: ['requirements.md', 'design.md'], otherNames: ['tasks.md'], tasks: null });
      expect(problems.map(({ message }) => message)).to.have.length(1);
      expect(problems[0]?.message).to.match(/"tasks\.md" is not a regular file/);
    });
    it('warns of a .config.kiro that is no JSON', () => {
      const { valid, warnings } = evaluateSpec(spec({ config: '{' }));
      expect([valid, warnings.map(({ file }) => file)]).to.deep.equal([true, ['.config.kiro']]);
    });
  });

  describe('tasks.md', () => {
    for (const tasks of ['', '\uFEFF', '# Plan\n', '- plain\n', '```\n- [ ] a\n```', '<!-- - [ ] a -->']) {
      it(`has no task in ${JSON.stringify(tasks)}`, () => {
        expect(problemsOf({ tasks }).map(({ file, line }) => [file, line])).to.deep.equal([['tasks.md', 1]]);
      });
    }
    it('is not text when it has NUL bytes, or none was given', () => {
      expect(problemsOf({ tasks: '- [ ] a\n\0' })[0]).to.include({ file: 'tasks.md', line: 2 });
      expect(problemsOf({ tasks: null })[0]?.message).to.contain('UTF-8');
      const tasksProblem = { file: 'tasks.md', line: 7, message: 'unreadable' };
      expect(problemsOf({ tasks: null, tasksProblem })).to.deep.equal([tasksProblem]);
    });
    it('is warned of when only its beginning was read', () => {
      expect(evaluateSpec(spec({ tasksTruncated: true }))).to.nested.include({ valid: true, 'warnings[0].line': 1 });
    });
  });

  describe('counts and the next task', () => {
    const tasks = [
      ...['# Plan', '- [x] 1. Base', '  - [x] 1.1 Schema', '  - [-] 1.2 Store', '    - _Requirements: 1.1, 2.3_'],
      ...['  - [ ]* 1.3 Tests', '- [~] 2. API', '- [x]* 3. Docs', '- [ ] 4. Polish', '  - [ ]* 4.1 Icons'],
    ].join('\n');
    const verdict = evaluateSpec(spec({ tasks }));

    it('are of units', () => {
      expect(verdict.counts).to.deep.equal({ total: 6, done: 2, inProgress: 1, optional: 3 });
    });
    it('take the first required unit that is not ticked', () => {
      expect(verdict.next).to.deep.equal({ id: '1.2', title: 'Store', line: 4, requirements: ['1.1', '2.3'] });
    });
    it('are given for a folder that is not valid too', () => {
      expect(evaluateSpec(spec({ tasks, names: ['tasks.md'] })).next?.line).to.equal(4);
    });
    it('leave no next task when all required units are ticked', () => {
      expect(evaluateSpec(spec({ tasks: '- [x] a\n- [ ]* b\n' }))).to.deep.include({ valid: true, next: null });
    });
    it('have all tasks in the plan', () => {
      expect(verdict.plan.tasks.map(({ title }) => title)).to.include.members(['Base', 'Polish']);
    });
  });

  describe('warnings', () => {
    it('name a ticked task above open required units, once', () => {
      const warnings = warningsOf('- [x] 1. a', '  - [X] 1.1 b', '    - [ ] c', '    - [~] d', '  - [ ]* 1.2 e');
      expect(warnings).to.have.length(2);
      expect(warnings[0]).to.match(/^1: "1 a" is ticked, but 2 tasks below it are open \(first: line 3\)/);
      expect(warnings[1]).to.match(/^2: "1\.1 b"/);
      expect(warningsOf('- [x] a', '  - [ ]* b', '  - [x] c')).to.deep.equal([]);
    });
    it('name a copy of a task, but no number that is used again for another', () => {
      expect(warningsOf('- [x] 2.5 a', '- [ ] 2.5 a')[0]).to.match(/^2: "2\.5 a" stands on line 1/);
      expect(warningsOf('- [x] 1. a', '- [ ] 1. b', '- [ ] c 1', '- [ ]* 1. d')).to.have.length(1);
    });
    it('name the first of open boxes without a number among numbered tasks', () => {
      const warnings = warningsOf(
        '- [ ] goal',
        '- [ ] goal',
        '- [x] 1. a',
        '  - [ ] part',
        '- [x] check',
        '- [ ] check',
      );
      expect(
        warnings.filter((warning) => warning.includes('number')).map((warning) => warning.slice(0, 2)),
      ).to.deep.equal([...['1:', '6:']]);
      expect(warningsOf('- [ ] a', '- [ ] b')).to.deep.equal([]);
    });
    it('name open boxes without text, boxes that are none, and what is never closed', () => {
      const warnings = warningsOf('- [ ] a', '- [ ] ', '- [o] b', '- [✓] c', '```', '- [ ] d');
      expect(warnings.map((warning) => warning.slice(0, 2))).to.deep.equal(['2:', '4:', '5:']);
    });
  });
});

describe('readTasksFile', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('keeps every byte of UTF-8 text, byte order mark included', () => {
    const text = '\uFEFF- [ ] 日本 🚀\r\n\t- [x] b';
    expect(readTasksFile(bytes(text))).to.deep.equal({ text });
    expect(readTasksFile(new Uint8Array())).to.deep.equal({ text: '' });
  });
  it('says on which line text is no UTF-8', () => {
    const latin1 = Uint8Array.from([...bytes('- [ ] a\n日\n- [ ] '), 0xe9, ...bytes('\n- b\n')]);
    expect(readTasksFile(latin1)).to.deep.nested.include({ 'problem.line': 3, 'problem.file': 'tasks.md' });
    expect(readTasksFile(Uint8Array.from([0xff, 0xfe, 0x2d]))).to.nested.include({ 'problem.line': 1 });
    expect(readTasksFile(Uint8Array.from([0x61, 0x0a, 0xc3]))).to.nested.include({ 'problem.line': 2 });
  });
  it('says on which line NUL bytes are', () => {
    expect(readTasksFile(bytes('a\nb\0'))).to.nested.include({ 'problem.line': 2 });
  });
  it('reads no more than four mebibytes', () => {
    expect(readTasksFile(new Uint8Array(4 * 1024 * 1024 + 1).fill(0x61))).to.have.nested.property('problem.message');
    expect(readTasksFile(new Uint8Array(4 * 1024 * 1024).fill(0x61))).to.have.property('text');
  });
});
