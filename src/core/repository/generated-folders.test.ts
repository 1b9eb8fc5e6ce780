import { expect } from 'chai';
import { isGeneratedFile, isGeneratedFolder } from './generated-folders.ts';

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

describe('isGeneratedFile', () => {
  const made = [
    '.coverage',
    '.coverage.host-1.4711.XyZabc',
    '.eslintcache',
    'tsconfig.tsbuildinfo',
    'a.cpython-312.pyc',
  ];
  const written = ['.coveragerc', '.coverage.toml', 'coverage', 'a.py', 'debug.log', 'hs_err.log', '.pyc'];
  for (const name of [...made, ...written])
    it(`says ${made.includes(name) ? 'yes' : 'no'} to ${name}`, () => {
      expect(isGeneratedFile(name)).to.equal(made.includes(name));
    });
});
