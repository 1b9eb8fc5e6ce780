import { expect } from 'chai';
import { scanTaskLines } from './task-lines.ts';

/** Line numbers of the task lines. */
function taskLines(...lines: string[]): number[] {
  return scanTaskLines(lines.join('\n')).lines.flatMap(({ kind, number }) => (kind === 'task' ? [number] : []));
}

function warnings(...lines: string[]): Array<[line: number, word: string]> {
  return scanTaskLines(lines.join('\n')).warnings.map(({ line, message }) => [line, message]);
}

describe('scanTaskLines', () => {
  describe('task lines', () => {
    for (const line of [
      '- [ ] a',
      '* [ ] a',
      '+ [ ] a',
      '1. [ ] a',
      '12) [ ] a',
      '   - [ ] a',
      '\t- [ ] a',
      '-   [ ] a',
    ]) {
      it(`takes ${JSON.stringify(line)}`, () => expect(taskLines(line)).to.deep.equal([1]));
    }
    for (const mark of [' ', 'x', 'X', '-', '~']) {
      it(`takes the box [${mark}]`, () => expect(scanTaskLines(`- [${mark}] a`).lines[0]?.box?.mark).to.equal(mark));
    }
    const NO_TASKS = [
      ...[
        '[ ] a',
        '-[ ] a',
        'a - [ ] b',
        '> - [ ] a',
        '| [ ] | a |',
        '# - [ ] a',
        '- a [ ] b',
        '1.1 [ ] a',
        '-- [ ] a',
      ],
      ...[
        '- [] a',
        '- [o] a',
        '- [✓] a',
        '- [xx] a',
        '- [ x] a',
        '- [1] a',
        '- [x](url)',
        '- [x][ref]',
        '- [x]: url',
        '-',
      ],
    ];
    for (const line of NO_TASKS) {
      it(`leaves ${JSON.stringify(line)}`, () => expect(taskLines(line)).to.deep.equal([]));
    }

    it('reads the star right after the box or alone behind it, and no bold or italic title', () => {
      const starred = ['- [ ]* a', '- [ ]\\* a', '- [-]* a', '- [x]*', '- [ ] * a', '- [ ] \\* a'];
      const plain = ['- [ ] a', '- [ ] **a**', '- [ ]**a**', '- [ ] *a*', '- [ ] a *', '* [ ] a'];
      const { lines } = scanTaskLines([...starred, ...plain].join('\n'));
      expect(lines.map(({ box }) => box?.starred)).to.deep.equal([
        ...starred.map(() => true),
        ...plain.map(() => false),
      ]);
    });

    it('points at the box in the whole text, whatever the line ends', () => {
      const text = '\uFEFF- [a] x\r\n- [x] b\r\t* [~] c\n\n1. [-]* d';
      const boxes = scanTaskLines(text).lines.flatMap(({ number, box }) => (box ? [[number, text[box.offset]]] : []));
      expect(boxes).to.deep.equal([
        [2, 'x'],
        [3, '~'],
        [5, '-'],
      ]);
    });

    it('counts columns with tabs to the next multiple of four', () => {
      const { lines } = scanTaskLines('- [ ] a\n\t- [ ] b\n \t- [ ] c\n  \t  - [ ] d');
      expect(lines.map(({ column }) => column)).to.deep.equal([0, 4, 4, 6]);
    });
  });

  describe('fenced code', () => {
    it('hides boxes between fences of either kind', () => {
      expect(taskLines('```', '- [ ] a', '```', '~~~md', '- [ ] b', '~~~', '- [ ] c')).to.deep.equal([7]);
    });
    it('ends only at a fence of its kind that is as long and bare', () => {
      expect(taskLines('````', '```', '~~~~', '```` x', '- [ ] a', '`````', '- [ ] b')).to.deep.equal([7]);
    });
    it('hides boxes in the fence of a list item, at any depth', () => {
      const lines = ['- [ ] a', '  - text', '    ```md', '    - [ ] b', '', '      - [ ] c', '    ```', '  - [ ] d'];
      expect(taskLines(...lines)).to.deep.equal([1, 8]);
    });
    it('may begin on the line of a list item', () => {
      expect(taskLines('- ```', '  - [ ] a', '  ```', '- [ ] b')).to.deep.equal([4]);
    });
    it('keeps unindented code in the fence of a list item', () => {
      expect(taskLines('- [ ] a', '  ```sh', 'npm test', '# done', '  ```', '- [ ] b')).to.deep.equal([1, 6]);
    });
    it('lets the next task end a fence that its list item left open, and says so', () => {
      const lines = ['- [ ] a', '  ```', '  code', '- [ ] b', '  - [ ] c'];
      expect(taskLines(...lines)).to.deep.equal([1, 4, 5]);
      expect(warnings(...lines)[0]).to.satisfy(
        ([line, message]: [number, string]) => line === 2 && /never/.test(message),
      );
    });
    it('hides all after a fence that is never closed, and says so', () => {
      expect(taskLines('- [ ] a', '', '```', '- [ ] b')).to.deep.equal([1]);
      expect(warnings('- [ ] a', '', '```', '- [ ] b').map(([line]) => line)).to.deep.equal([3]);
    });
    it('is not begun by inline code', () => {
      expect(taskLines('``` a ``` b', '- [ ] c')).to.deep.equal([2]);
    });
  });

  describe('HTML comments', () => {
    it('hides boxes in comments of one line and of many', () => {
      expect(taskLines('<!-- - [ ] a -->', '<!--', '- [ ] b', '', '```', '-->', '- [ ] c')).to.deep.equal([7]);
    });
    it('hides boxes in indented comments and in those that begin behind text', () => {
      expect(taskLines('- [ ] a', '  <!--', '- [ ] b', '  -->', '- [ ] c <!-- x', '- [ ] d', '-->')).to.deep.equal([
        1, 5,
      ]);
    });
    it('reads several comments on one line', () => {
      expect(taskLines('<!-- a --> <!-- b', '- [ ] c', '--> d <!-- e -->', '- [ ] f')).to.deep.equal([4]);
    });
    it('takes no comment from inline code, from fenced code, or from an escaped sign', () => {
      expect(
        taskLines('use `<!--` here', 'and ``a ` <!--``', '\\<!-- no', '```', '<!--', '```', '- [ ] a -->'),
      ).to.deep.equal([7]);
    });
    it('takes a comment that never ends for text, unless it begins its line, and then says so', () => {
      expect(taskLines('a <!-- b', '- [ ] c')).to.deep.equal([2]);
      expect(taskLines('<!-- b', '- [ ] c')).to.deep.equal([]);
      expect(warnings('<!-- b', '- [ ] c').map(([line]) => line)).to.deep.equal([1]);
    });
  });

  it('reports lines that look like tasks but are not', () => {
    const near = [
      '- [] a',
      '- [✓] a',
      '- [ x] a',
      '-[ ] a',
      '[x] a',
      '• [ ] a',
      '-\u00a0[ ] a',
      '- [\u00a0] a',
      '\u200f- [ ] a',
    ];
    const far = ['- [1] a', '- [link] a', '- [x](url) a', '| [ ] | a |', 'see [x] there', '- [中] a', '- a'];
    expect(warnings(...near, ...far).map(([line]) => line)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
