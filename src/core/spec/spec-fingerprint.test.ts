import { expect } from 'chai';
import { specFingerprint } from './spec-fingerprint.ts';

const spec = {
  folder: '.kiro/specs/x',
  names: ['design.md', 'tasks.md'],
  tasks: '# Plan\n\n- [ ] 1. A\n  - [ ]* 1.1 B\n',
  config: null,
};
const of = (over: Partial<typeof spec & { fileIds: Record<string, string> }>) => specFingerprint({ ...spec, ...over });

describe('the fingerprint of a spec', () => {
  it('does not care what is ticked', () => {
    for (const tasks of ['# Plan\n\n- [x] 1. A\n  - [X]* 1.1 B\n', '# Plan\n\n- [-] 1. A\n  - [~]* 1.1 B\n']) {
      expect(of({ tasks })).to.equal(of({}));
    }
  });

  it('differs with every other change of its text, in any of its files', () => {
    const changes = [
      { tasks: '# Plan\n\n- [ ] 1. A!\n  - [ ]* 1.1 B\n' },
      { tasks: '# Plan [x]\n\n- [ ] 1. A\n  - [ ]* 1.1 B\n' },
      { fileIds: { 'design.md': 'abc' } },
      { names: ['design.md', 'notes.md', 'tasks.md'] },
      { folder: '.kiro/specs/y' },
    ];
    expect(new Set([of({}), ...changes.map(of)])).to.have.lengthOf(changes.length + 1);
  });

  it('is the same when only tasks.md has another object id, as a tick gives it', () => {
    expect(of({ fileIds: { 'tasks.md': '1', 'design.md': 'd' } })).to.equal(
      of({ fileIds: { 'tasks.md': '2', 'design.md': 'd' } }),
    );
  });
});
