import { expect } from 'chai';
import fc from 'fast-check';
import { inFull } from '../../../test/left-to-rehearsal.ts';
import { cpuMsOf, SUSPICIOUS_CPU_MS } from '../../../test/support/cpu-time.ts';
import { onlyTicksChanged, openRequiredUnits, parseTasks, type SpecTask, tickTask, unitText } from './tasks.ts';

const RUNS = inFull({ here: 150, inRehearsal: 500 });

const indent = fc.constantFrom('', '  ', '    ', '\t', ' ');
const taskLine = fc
  .record({
    indent,
    bullet: fc.constantFrom('- ', '* ', '+ ', '1. ', '-\t'),
    box: fc.constantFrom('[ ]', '[ ]', '[x]', '[X]', '[-]', '[~]', '[ ]*', '[x]*', '[ ]\\*'),
    number: fc.constantFrom('', '1. ', '1.1 ', '1.2 ', '1.2.1 ', '2. ', '2.1 ', '27a.1 ', '3 '),
    title: fc.constantFrom('build', '**bold**', '構築', 'לבנות', 'a <!-- b -->', '', '(P) c', 'same'),
  })
  .map((parts) => `${parts.indent}${parts.bullet}${parts.box} ${parts.number}${parts.title}`);
const otherLine = fc.constantFrom(
  ...['', '  - detail', '  _Requirements: 1.1_', '## H', '---', '```', '  ```js', '~~~', '<!--', '-->', 'text <!-- x'],
  ...['| [ ] | a |', '- [o] no', '{"waves":[{"id":0,"tasks":["1.1"]}]}', '- plain', '    code', '`<!--`'],
);
/** Texts that look like a tasks.md, with any mix of line ends. */
const tasksText = fc
  .array(fc.tuple(fc.oneof({ weight: 3, arbitrary: taskLine }, otherLine), fc.constantFrom('\n', '\n', '\r\n', '\r')), {
    maxLength: 20,
  })
  .chain((lines) =>
    fc.record({ bom: fc.constantFrom('', '', '\uFEFF'), isEnded: fc.boolean() }).map(({ bom, isEnded }) => {
      const text = bom + lines.map(([line, end]) => line + end).join('');
      return isEnded ? text : text.replace(/[\r\n]+$/, '');
    }),
  );

/** Any but halves of pairs. fast-check's own units of this kind fill a map of all 1,112,064 first. */
const character = fc
  .integer({ min: 0, max: 0x10f7ff })
  .map((nth) => String.fromCodePoint(nth < 0xd800 ? nth : nth + 0x800));

const anyText = fc.oneof(
  tasksText,
  fc.string({ unit: character, maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'-*[] x`~<!>\n\r\t1.#_') }),
);

function changedOffsets(before: string, after: string): number[] {
  return [...before].flatMap((_, offset) => (before[offset] === after[offset] ? [] : [offset]));
}

function withAncestors(tasks: readonly SpecTask[], task: SpecTask): SpecTask[] {
  const above = task.parent === null ? undefined : tasks[task.parent];
  return above ? [task, ...withAncestors(tasks, above)] : [task];
}

describe('tasks.md, any text', () => {
  it('is read without an error, into tasks that stand where they say', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseTasks(text);
        expect(document.text).to.equal(text);
        const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
        for (const [index, task] of document.tasks.entries()) {
          expect(text[task.boxOffset]).to.match(/[ xX~-]/);
          expect(text[task.boxOffset - 1]).to.equal('[');
          expect(lines[task.line - 1]).to.equal(task.taskLine);
          if (!task.taskLine.includes('**')) expect(task.taskLine).to.contain(task.title);
          expect(task.parent ?? -1).to.be.below(index);
          for (const child of task.children) expect(document.tasks[child]?.parent).to.equal(index);
          expect(unitText(document, task)).to.contain(task.taskLine.trimStart().replace(/\[.\]/, '[ ]'));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps every character but the boxes of the ticked task and of tasks above it', () => {
    fc.assert(
      fc.property(tasksText, fc.nat(), (text, choice) => {
        const { tasks } = parseTasks(text);
        const task = tasks[choice % Math.max(1, tasks.length)];
        if (!task) return;
        const ticked = tickTask(text, task);
        const allowed = withAncestors(tasks, task).map(({ boxOffset }) => boxOffset);
        expect(ticked).to.have.length(text.length);
        const changed = changedOffsets(text, ticked);
        expect(allowed).to.include.members(changed);
        for (const offset of changed) expect(ticked[offset]).to.equal('x');
        expect(ticked[task.boxOffset]).to.be.oneOf(['x', 'X']);
        expect(onlyTicksChanged(text, ticked)).to.equal(true);
        expect(tickTask(ticked, task), 'a second tick').to.equal(ticked);
      }),
      { numRuns: RUNS },
    );
  });

  it('has nothing left to do once each planned unit is ticked in turn, and no open box above them then', () => {
    fc.assert(
      fc.property(tasksText, (before) => {
        let text = before;
        const planned = openRequiredUnits(parseTasks(before));
        for (const unit of planned) {
          expect(openRequiredUnits(parseTasks(text))[0]).to.include({ line: unit.line, title: unit.title });
          text = tickTask(text, unit);
        }
        const { tasks } = parseTasks(text);
        expect(openRequiredUnits({ text, tasks, warnings: [] })).to.deep.equal([]);
        const above = planned.flatMap((unit) =>
          withAncestors(tasks, tasks.find(({ line }) => line === unit.line) ?? unit),
        );
        expect(above.filter(({ state }) => state !== 'done')).to.deep.equal([]);
        expect(onlyTicksChanged(before, text)).to.equal(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('is seen as changed when anything but a box changes', () => {
    fc.assert(
      fc.property(tasksText, fc.nat(), fc.constantFrom('q', '\n', ' '), (text, choice, replacement) => {
        const offset = choice % (text.length + 1);
        const isBox = parseTasks(text).tasks.some(({ boxOffset }) => boxOffset === offset);
        const after = text.slice(0, offset) + replacement + text.slice(offset + 1);
        if (after !== text && !(isBox && replacement === ' ')) expect(onlyTicksChanged(text, after)).to.equal(false);
      }),
      { numRuns: RUNS },
    );
  });

  it('is read in linear time, however hostile', () => {
    const size = 200_000;
    const hostile = [
      ...[
        '*',
        '`',
        '` `` ``` ',
        '<!--',
        '<!--\n',
        '- ',
        '1. ',
        '- [ ] **',
        '```\n',
        '  ```js\n- [ ] a\n',
        '\r',
        '>',
        '_',
        '[ ',
      ],
      ...['- [ ] 1.1 a\n', '- [ ] `<!--` \n'],
    ].map((part) => part.repeat(Math.ceil(size / part.length)));
    const after = ['<!-- -->', '-->', ' ', '1.', '1', '**', '(P) '].map(
      (part) => `- [ ] ${part.repeat(size / part.length)}`,
    );
    const details = [' ', '1_a', '1, ', '_'].map(
      (part) => `- [ ] a\n  - _Requirements: ${part.repeat(size / part.length)}`,
    );
    for (const text of [...hostile, ...after, ...details]) {
      expect(
        cpuMsOf(() => parseTasks(text)),
        JSON.stringify(text.slice(0, 40)),
      ).to.be.below(SUSPICIOUS_CPU_MS);
    }
  });
});
