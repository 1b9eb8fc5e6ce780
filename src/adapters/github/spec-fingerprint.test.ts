import { expect } from 'chai';
import { parseTasks } from '../../core/spec/tasks.ts';
import { type SpecText, specFingerprint } from './spec-fingerprint.ts';

const spec: SpecText = {
  folder: '.kiro/specs/x',
  tasks: '# Plan\n\n- [ ] 1. A\n  - [ ]* 1.1 B\n',
  fileIds: { 'design.md': 'd', 'tasks.md': 't' },
};
const of = (over: Partial<SpecText>) => specFingerprint({ ...spec, ...over });

describe('the fingerprint of a spec', () => {
  it('does not care what is ticked', () => {
    for (const tasks of ['# Plan\n\n- [x] 1. A\n  - [X]* 1.1 B\n', '# Plan\n\n- [-] 1. A\n  - [~]* 1.1 B\n']) {
      expect(of({ tasks, fileIds: { 'tasks.md': 'ticked', 'design.md': 'd' } })).to.equal(of({}));
    }
  });

  it('does not care what is ticked in any box that is read as a task', () => {
    const text = (mark: string) =>
      [`\uFEFF- [${mark}] 1. A`, `1. - [${mark}] 2. B`, `- * 3) [${mark}] C`, `\t1. [${mark}]D`].join('\r');
    expect(parseTasks(text(' ')).tasks).to.have.length(4);
    expect(of({ tasks: text('x') })).to.equal(of({ tasks: text(' ') }));
  });

  it('does not care how lines end', () => {
    for (const tasks of [
      spec.tasks?.replaceAll('\n', '\r\n'),
      `${spec.tasks?.trimEnd()}  \n\n`,
      '# Plan \n\n- [x] 1. A\t\n  - [ ]* 1.1 B',
    ])
      expect(of({ tasks: tasks ?? null })).to.equal(of({}));
  });

  it('does not care what else lies in the folder', () => {
    expect(of({ fileIds: { ...spec.fileIds, 'progress.log': 'p', 'map.png': 'm' } })).to.equal(of({}));
  });

  it('differs with every other change of its text, in any of its files', () => {
    const changes: Array<Partial<SpecText>> = [
      { tasks: '# Plan\n\n- [ ] 1. A!\n  - [ ]* 1.1 B\n' },
      { tasks: '# Plan [x]\n\n- [ ] 1. A\n  - [ ]* 1.1 B\n' },
      { fileIds: { ...spec.fileIds, 'design.md': 'e' } },
      { fileIds: { ...spec.fileIds, 'notes.md': 'n' } },
      { fileIds: { ...spec.fileIds, '.config.kiro': 'c' } },
      { folder: '.kiro/specs/y' },
    ];
    expect(new Set([of({}), ...changes.map(of)])).to.have.lengthOf(changes.length + 1);
  });
});
