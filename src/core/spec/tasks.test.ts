import { expect } from 'chai';
import { isWorkerError } from '../errors.ts';
import { isCheckpoint, onlyTicksChanged, openRequiredUnits, parseTasks, tickTask, unitText } from './tasks.ts';

const text = (...lines: string[]) => lines.join('\n');

/** `title` or `title < parent`, by file order. */
function tree(...lines: string[]): string[] {
  const { tasks } = parseTasks(text(...lines));
  return tasks.map(({ title, parent }) => (parent === null ? title : `${title} < ${tasks[parent]?.title}`));
}

function units(...lines: string[]): string[] {
  return parseTasks(text(...lines)).tasks.flatMap(({ isUnit, title }) => (isUnit ? [title] : []));
}

function planned(...lines: string[]): string[] {
  return openRequiredUnits(parseTasks(text(...lines))).map(({ title }) => title);
}

describe('nesting of tasks', () => {
  it('goes by indentation of two columns or more', () => {
    expect(tree('- [ ] a', '  - [ ] b', '      - [ ] c', '    - [ ] d', ' - [ ] e')).to.deep.equal([
      ...['a', 'b < a', 'c < b', 'd < b', 'e'],
    ]);
  });
  it('takes a tab as four columns', () => {
    expect(tree('- [ ] a', '\t- [ ] b', '    - [ ] c', '\t\t- [ ] d')).to.deep.equal(['a', 'b < a', 'c < a', 'd < c']);
  });
  it('goes by number at one indentation, under the longest number there is', () => {
    const lines = [
      '- [ ] 1. a',
      '- [ ] 1.1 b',
      '- [ ] 1.1.1 c',
      '- [ ] 1.2 d',
      '- [ ] 2. e',
      '- [ ] 1.3.1 f',
      '- [ ] 3.1 g',
    ];
    expect(tree(...lines)).to.deep.equal(['a', 'b < a', 'c < b', 'd < a', 'e', 'f < a', 'g']);
  });
  it('does not take 10 for a part of 1', () => {
    expect(tree('- [ ] 1. a', '- [ ] 10. b', '- [ ] 10.1 c', '- [ ] 27a. d', '- [ ] 27a.1 e')).to.deep.equal([
      ...['a', 'b', 'c < b', 'd', 'e < d'],
    ]);
  });
  it('lets some sub-tasks be indented and others not', () => {
    expect(tree('- [ ] 1. a', '  - [ ] 1.1 b', '- [ ] 1.2 c', '  - [ ] d', '- [ ] 1.3 e')).to.deep.equal([
      ...['a', 'b < a', 'c < a', 'd < c', 'e < a'],
    ]);
  });
  it('lets indentation win where a number says otherwise', () => {
    expect(tree('- [ ] 1. a', '- [ ] 2. b', '  - [ ] 1.1 c')).to.deep.equal(['a', 'b', 'c < b']);
  });
  it('takes the last of several equal numbers', () => {
    expect(tree('- [ ] 1. a', '- [ ] 1.1 b', '- [ ] 1. c', '- [ ] 1.1 d')).to.deep.equal(['a', 'b < a', 'c', 'd < c']);
  });
  it('goes on by number, not by indentation, below a heading, a rule or a plain list item', () => {
    expect(tree('- [ ] 1. a', '## H', '  - [ ] b', '- [ ] 1.1 c')).to.deep.equal(['a', 'b', 'c < a']);
    expect(tree('- [ ] a', '---', '  - [ ] b')).to.deep.equal(['a', 'b']);
    expect(tree('- [ ] a', '- Phase', '  - [ ] b')).to.deep.equal(['a', 'b']);
    expect(tree('- [ ] a', '  - Phase', '  ## H', '    - [ ] b')).to.deep.equal(['a', 'b < a']);
  });
  it('makes everything below an optional task optional', () => {
    const { tasks } = parseTasks(text('- [ ]* 1. a', '- [ ] 1.1 b', '  - [ ] c', '- [ ] 2. d', '  - [ ]\\* 2.1 e'));
    expect(tasks.map(({ optional }) => optional)).to.deep.equal([true, true, true, false, true]);
  });
  it('knows the four states', () => {
    const { tasks } = parseTasks('- [ ] a\n- [~] b\n- [-] c\n- [x] d\n- [X] e');
    expect(tasks.map(({ state }) => state)).to.deep.equal(['open', 'queued', 'in-progress', 'done', 'done']);
  });
});

describe('requirements of a task', () => {
  it('come from its title and details, but not from code, comments or what follows a heading', () => {
    const details = ['  ```', '  _Requirements: 7_', '  ```', '  <!--', '  _Requirements: 8_', '  -->'];
    const { tasks } = parseTasks(
      text(
        '- [ ] 1. a _Requirements: 1.1_',
        ...details,
        '  - _Requirements: 1.2_',
        '',
        '## Notes',
        '_Requirements: 9_',
      ),
    );
    expect(tasks[0]?.requirements).to.deep.equal(['1.1', '1.2']);
  });
});

describe('units', () => {
  it('are tasks without sub-tasks, optional ones too', () => {
    expect(units('- [ ] a', '- [ ]* b', '- [x] c', '  - [ ] d', '- [ ]* e', '  - [ ] f')).to.deep.equal([
      'a',
      'b',
      'd',
      'f',
    ]);
  });
  it('are required tasks with details and none but optional sub-tasks', () => {
    expect(units('- [ ] a', '  - detail', '  - [ ]* b')).to.deep.equal(['a', 'b']);
    expect(units('- [ ] 1. a', '', 'detail', '- [ ]* 1.1 b')).to.deep.equal(['a', 'b']);
    expect(units('- [ ] a', '  ```', '  code', '  ```', '  - [ ]* b')).to.deep.equal(['a', 'b']);
  });
  it('are no headings over optional work: blank lines, headings, rules, comments and bare bullets are no details', () => {
    const nothing = ['', '  ', '### Optional', '---', '<!-- later -->', '  -', '', 'Phase', '-----', '', 'Phase', '='];
    expect(units('- [ ] 1. a', ...nothing, '- [ ]* 1.1 b')).to.deep.equal(['b']);
    expect(units('- [ ] 1. a', '', 'two lines', 'of detail', '---', '- [ ]* 1.1 b')).to.deep.equal(['a', 'b']);
  });
  it('are no tasks with required sub-tasks, and no optional tasks with sub-tasks, whatever their details', () => {
    expect(units('- [ ] a', '  - detail', '  - [ ] b', '  - [ ]* c')).to.deep.equal(['b', 'c']);
    expect(units('- [ ]* a', '  - detail', '  - [ ] b')).to.deep.equal(['b']);
  });
  it('are planned when required and not ticked, whatever the boxes above them say', () => {
    const lines = [
      '- [x] a',
      '  - [ ] b',
      '  - [x] c',
      '- [~] d',
      '- [-] e',
      '- [ ]* f',
      '- [X] g',
      '- [ ] h',
      '  - [x] i',
    ];
    expect(planned(...lines)).to.deep.equal(['b', 'd', 'e']);
  });
});

describe('details of a task', () => {
  const document = parseTasks(
    text(
      ...['# Plan', '- [ ] 1. a', '', '  - one', '', '  ### Sub', '  - _Requirements: 1.2_', '', '- [ ] 2. b', ''],
      ...[
        '  - [ ] 2.1 c',
        '    - two',
        '      three',
        '    - _Requirements: 2.1_',
        '',
        '## Notes',
        '',
        '_Requirements: 9_',
      ],
    ),
  );
  const [a, , c] = document.tasks;

  it('go to the next task line or to the heading that ends the task', () => {
    expect(a?.detailLines).to.deep.equal(['  - one', '', '  ### Sub', '  - _Requirements: 1.2_']);
    expect(a?.requirements).to.deep.equal(['1.2']);
    expect(c?.requirements).to.deep.equal(['2.1']);
  });
  it('are shown with the names of the tasks above, and without the indentation of the task', () => {
    expect(c && unitText(document, c)).to.equal(
      text('Part of: 2 b', '', '- [ ] 2.1 c', '  - two', '    three', '  - _Requirements: 2.1_'),
    );
    expect(a && unitText(document, a)).to.match(/^- \[ \] 1\. a\n {2}- one\n/);
  });
});

describe('tickTask', () => {
  const tick = (lines: string[], line: number) => {
    const task = parseTasks(text(...lines)).tasks.find((candidate) => candidate.line === line);
    return tickTask(text(...lines), { line, title: task?.title ?? '' }).split('\n');
  };

  it('ticks the task, and the tasks above whose required sub-tasks are done', () => {
    const lines = ['- [-] a', '  - [~] b', '    - [ ] c', '    - [ ]* d', '  - [x] e', '- [ ] f'];
    expect(tick(lines, 3)).to.deep.equal([
      '- [x] a',
      '  - [x] b',
      '    - [x] c',
      '    - [ ]* d',
      '  - [x] e',
      '- [ ] f',
    ]);
  });
  it('leaves a task above open while another required unit below it is, even under a ticked box', () => {
    const lines = ['- [ ] a', '  - [ ] b', '  - [x] c', '    - [ ] d'];
    expect(tick(lines, 2)).to.deep.equal(['- [ ] a', '  - [x] b', '  - [x] c', '    - [ ] d']);
  });
  it('does not mind a stale open box over finished work, nor a heading over optional work', () => {
    const lines = ['- [ ] a', '  - [ ] b', '  - [ ] c', '    - [x] d', '  - [ ] e', '    - [ ]* f'];
    expect(tick(lines, 2)).to.deep.equal(['- [x] a', '  - [x] b', ...lines.slice(2)]);
  });
  it('ticks no unit above, and no heading over optional work before all of it is done', () => {
    const unit = ['- [ ] a', '  - detail', '  - [ ]* b'];
    expect(tick(unit, 3)).to.deep.equal(['- [ ] a', '  - detail', '  - [x]* b']);
    const heading = ['- [ ] a', '  - [ ]* b', '  - [x]* c', '  - [ ]* d'];
    expect(tick(heading, 2)).to.deep.equal(['- [ ] a', '  - [x]* b', '  - [x]* c', '  - [ ]* d']);
    expect(tick(heading.with(3, '  - [x]* d'), 2)[0]).to.equal('- [x] a');
  });
  it('distinguishes equal numbers and titles by line', () => {
    expect(tick(['- [ ] 2.5 a', '- [ ] 2.5 a'], 2)).to.deep.equal(['- [ ] 2.5 a', '- [x] 2.5 a']);
  });
  it('keeps every other byte: mark, line ends, tabs, tables, the end of the file', () => {
    const before =
      '\uFEFF# Plan\r\n\r\n*\t[ ]\\*  27a.1  שלום 日本 \t\r\n\t+ [~]\t1. x\r\n| [ ] | a |\r```\n- [ ] no\n```\n{"waves":[]}';
    const after = tickTask(before, { line: 4, title: 'x' });
    expect(after).to.equal(before.replace('[~]', '[x]').replace('*\t[ ]', '*\t[x]'));
  });
  it('refuses a line that is another task, or none', () => {
    for (const target of [
      { line: 1, title: 'b' },
      { line: 2, title: 'a' },
      { line: 9, title: 'a' },
    ]) {
      expect(() => tickTask('- [ ] a\n', target))
        .to.throw(Error)
        .that.satisfies((error: unknown) => isWorkerError(error, 'SPEC_TASK_MOVED'));
    }
  });
});

describe('onlyTicksChanged', () => {
  const before = '- [ ] a\n  - text\n```\n- [ ] code\n```\n- [x] b\n';
  it('is true for the same text and for other marks in boxes', () => {
    expect(onlyTicksChanged(before, before)).to.equal(true);
    expect(onlyTicksChanged(before, before.replace('[ ] a', '[-] a').replace('[x] b', '[ ] b'))).to.equal(true);
  });
  for (const [what, after] of Object.entries({
    'another title': before.replace('] a', '] c'),
    'a star': before.replace('[ ] a', '[ ]* a'),
    'another detail': before.replace('text', 'texts'),
    'a mark in code': before.replace('[ ] code', '[x] code'),
    'other line ends': before.replaceAll('\n', '\r\n'),
    'a missing line': before.replace('- [x] b\n', ''),
    'a mark that is not one': before.replace('[ ] a', '[o] a'),
    'a byte order mark': `\uFEFF${before}`,
  })) {
    it(`is false for ${what}`, () => expect(onlyTicksChanged(before, after)).to.equal(false));
  }
});

describe('isCheckpoint', () => {
  for (const title of [
    'Checkpoint - Ensure all tests pass',
    'Final checkpoint',
    'Ensure all tests pass',
    '检查点 - 测试',
    'チェックポイント',
  ]) {
    it(`is true for ${title}`, () => expect(isCheckpoint(title)).to.equal(true));
  }
  for (const title of ['Add a login page', 'Implement checkpointing', 'Write tests']) {
    it(`is false for ${title}`, () => expect(isCheckpoint(title)).to.equal(false));
  }
});
