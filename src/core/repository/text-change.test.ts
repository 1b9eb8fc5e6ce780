import { expect } from 'chai';
import { isBlankChange } from './text-change.ts';

const change = (path: string, before: string, after: string) =>
  isBlankChange({ path, before: Buffer.from(before), after: Buffer.from(after) });

describe('isBlankChange', () => {
  const blank: [string, string, string][] = [
    ['.keep', '', ''],
    ['a.md', '', ' \n\t\n'],
    ['a.md', '# A\n', '# A\n\n'],
    ['a.js', 'a\nb\n', 'a\r\nb\r\n'],
    ['a.js', 'if (a) {\n  b();\n}\n', 'if (a) {\n    b();\n}'],
    ['a.py', 'a = 1\n', 'a = 1  \n\n'],
    ['a.md', '# A b\n', '\ufeff# A\u00a0b\u2003\n\u200b'],
    ['a.py', 'a = 1\n', 'a = 1\u200b\n'],
  ];
  for (const [path, before, after] of blank)
    it(`takes ${JSON.stringify([path, before, after])} for nothing`, () =>
      expect(change(path, before, after)).to.equal(true));

  const work: [string, string, string][] = [
    ['a.js', '', 'x'],
    ['a.js', 'a b', 'ab'],
    ['a.md', 'voila', 'voil\u00e0'],
    ['a.js', 'a', ''],
    ['a.py', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n'],
    ['k8s/a.yaml', 'a:\n  b: 1\n', 'a:\nb: 1\n'],
    ['Makefile', 'a:\n\tb\n', 'a:\n    b\n'],
    ['a.bin', '\u0000', '\u0001'],
  ];
  for (const [path, before, after] of work)
    it(`takes ${JSON.stringify([path, before, after])} for work`, () =>
      expect(change(path, before, after)).to.equal(false));

  it('compares bytes that are not UTF-8', () => {
    const [before, after] = [Buffer.from([0xff]), Buffer.from([0xfe])];
    expect(isBlankChange({ path: 'a', before, after })).to.equal(false);
  });
});
