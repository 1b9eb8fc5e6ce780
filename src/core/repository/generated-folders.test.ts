import { expect } from 'chai';
import { isGeneratedFolder } from './generated-folders.ts';

describe('isGeneratedFolder', () => {
  const rows: [name: string, beside: string[], generated: boolean][] = [
    ['node_modules', [], true],
    ['__pycache__', ['a.py'], true],
    ['slugs.egg-info', [], true],
    ['target', ['Cargo.toml'], true],
    ['target', ['README.md'], false],
    ['dist', ['package.json'], true],
    ['dist', [], false],
    ['build', ['package.json'], false],
    ['build', ['build.gradle.kts'], true],
    ['constructor', [], false],
    ['src', ['package.json', 'pom.xml'], false],
  ];
  for (const [name, beside, generated] of rows) {
    it(`says ${generated ? 'yes' : 'no'} to ${name} beside ${beside.join(', ') || 'nothing'}`, () => {
      expect(isGeneratedFolder(name, new Set(beside))).to.equal(generated);
    });
  }
});
