import { expect } from 'chai';
import { expectEnding } from '../../support/expect-ending.ts';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

interface Shape {
  readonly tasks: string;
  /** Tasks in the order in which they are done, by their trailers. */
  readonly done: readonly string[];
  /** What tasks.md says then. */
  readonly after: string;
}

/** Shapes of tasks.md that people and Kiro write. */
const WORKED_ON: Readonly<Record<string, Shape>> = {
  'headings over numbered boxes': {
    tasks:
      '# Plan\n\n## Task 1: Remove it\n- [ ] 1.1 Delete the file\n\n## Task 2: Settings\n- [x] 2.1 Move it\n- [ ] 2.2 Style it\n',
    done: ['1.1', '2.2'],
    after:
      '# Plan\n\n## Task 1: Remove it\n- [x] 1.1 Delete the file\n\n## Task 2: Settings\n- [x] 2.1 Move it\n- [x] 2.2 Style it\n',
  },
  'signs of progress after the box': {
    tasks: '- [x] ✅ 1. Sign in\n- [ ] 🔄 2. Dashboard\n  - Add a chart\n- [ ] ⏳ 3. Export\n',
    done: ['line 2', 'line 4'],
    after: '- [x] ✅ 1. Sign in\n- [x] 🔄 2. Dashboard\n  - Add a chart\n- [x] ⏳ 3. Export\n',
  },
  'a numbered list without boxes over boxes': {
    tasks: '1. Cover the parser\n   - [ ] 1.1 Errors\n   - [ ] 1.2 Streams\n2. Cover the writer\n   - [x] 2.1 Files\n',
    done: ['1.1', '1.2'],
    after: '1. Cover the parser\n   - [x] 1.1 Errors\n   - [x] 1.2 Streams\n2. Cover the writer\n   - [x] 2.1 Files\n',
  },
  'groups under headings of level 1': {
    tasks: '# Group 1\n\n- [ ] 1.1 Task one\n\n# Group 2\n\n- [ ] 2.1 Task two.\n',
    done: ['1.1', '2.1'],
    after: '# Group 1\n\n- [x] 1.1 Task one\n\n# Group 2\n\n- [x] 2.1 Task two.\n',
  },
  'wide markers and blank lines between details': {
    tasks:
      '\n-   [ ] 1. Sign in\n\n    -   Use tokens\n    -   _Requirements: 1.1_\n\n-   [ ] 2. Export\n\n    -   CSV first\n',
    done: ['1', '2'],
    after:
      '\n-   [x] 1. Sign in\n\n    -   Use tokens\n    -   _Requirements: 1.1_\n\n-   [x] 2. Export\n\n    -   CSV first\n',
  },
  'waves in JSON after the tasks': {
    tasks:
      '## Tasks\n\n- [ ] 1. Write a test\n- [ ] 2. Mend\n  - [ ] 2.1 Change it\n\n## Task Dependency Graph\n\n```json\n{"waves": [["1"],["2"]]}\n```\n',
    done: ['1', '2.1'],
    after:
      '## Tasks\n\n- [x] 1. Write a test\n- [x] 2. Mend\n  - [x] 2.1 Change it\n\n## Task Dependency Graph\n\n```json\n{"waves": [["1"],["2"]]}\n```\n',
  },
  'no space after the box': {
    tasks: '- [ ]1. First\n- [ ]2. Second\n',
    done: ['1', '2'],
    after: '- [x]1. First\n- [x]2. Second\n',
  },
  'queued and begun boxes': {
    tasks: '- [-] 1. First\n  - [x] 1.1 a\n  - [~] 1.2 b\n- [~] 2. Second\n  - [~] 2.1 c\n',
    done: ['1.2', '2.1'],
    after: '- [x] 1. First\n  - [x] 1.1 a\n  - [x] 1.2 b\n- [x] 2. Second\n  - [x] 2.1 c\n',
  },
};

/** Shapes that would leave something out without a word. */
const REFUSED: Readonly<Record<string, { tasks: string; words: RegExp }>> = {
  'signs instead of boxes': {
    tasks: '# Plan\n\n- ✅ **1. Sign in** - done\n- ⏳ **2. Export**\n',
    words: /has no task/,
  },
  'boxes without a list marker': {
    tasks: '[ ] Task 5\n[X] Task 5.1\n[ ] Task 5.2\n',
    words: /tasks\.md has no task: write each as a list item with a box/,
  },
  'empty boxes': { tasks: '- [] 1. First\n- [x] 2. Second\n', words: /tasks\.md:1: This box is none of/ },
  'wide and crossed boxes': {
    tasks: '- [  ] 1. First\n- [✗] 2. Second\n- [ ] 3. Third\n',
    words: /tasks\.md:[12]: This box/,
  },
};

describe('shapes of tasks.md', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  for (const [name, { tasks, done, after }] of Object.entries(WORKED_ON)) {
    it(`worked on to the end: ${name}`, async () => {
      system = await createTestSystem({ tasks });
      await system.run();
      const words = /2 tasks implemented/;
      await expectEnding(system, { kind: 'completed', column: 'In Review', tasks: done, words });
      expect(await view.fileOn(system, `${PLACE.specFolder}/tasks.md`)).to.equal(after);
    });
  }

  for (const [name, { tasks, words }] of Object.entries(REFUSED)) {
    it(`named, and nothing is started: ${name}`, async () => {
      system = await createTestSystem({ tasks });
      const { started, leftOut } = await system.run();
      expect(started).to.deep.equal([]);
      expect(leftOut.map(({ reason }) => reason)).to.deep.equal(['spec-invalid']);
      expect(leftOut[0]?.detail).to.match(words);
      expect(await system.machine.locks.list()).to.deep.equal([]);
    });
  }
});
