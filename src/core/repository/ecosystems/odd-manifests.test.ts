import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { lookInto } from '../../../adapters/files/look-into.ts';
import { isWorkerError } from '../../errors.ts';
import { selectCommands } from '../commands.ts';
import { wantedText } from './detect.ts';
import { missingTags } from './go-constraints.ts';

const utf16 = (text: string, isBig = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};
const marked = (text: string) => Buffer.from(`\ufeff${text}`);
const MANIFEST = JSON.stringify({ name: 'x', scripts: { test: 'node --test' } });
const POM = '<?xml version="1.0"?>\n<project><artifactId>x</artifactId></project>';

describe('manifests as files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'manifests-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const select = async (files: Record<string, Buffer | string>) => {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    return selectCommands({ repositoryFile: null, env: {}, tree: await lookInto(folder, wantedText) });
  };
  const refusal = async (files: Record<string, Buffer | string>) => {
    const error = await select(files).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!isWorkerError(error, 'COMMANDS_NOT_DETECTED')) throw new Error('it was not refused');
    return error;
  };

  it('are read with a byte order mark', async () => {
    expect((await select({ 'package.json': marked(MANIFEST) })).ecosystem).to.equal('npm');
  });

  for (const isBig of [false, true]) {
    it(`are read in UTF-16 where their tools do so (${isBig ? 'big' : 'little'} endian)`, async () => {
      expect((await refusal({ 'pom.xml': utf16(POM, isBig) })).problems.join()).to.include('below src/test');
      const found = await select({ 'requirements.txt': utf16('pytest==8.0\n', isBig), 'test_a.py': 'import pytest' });
      expect(found.test).to.include('pytest');
    });
  }

  const foreign: readonly (readonly [file: string, text: string])[] = [
    ['package.json', MANIFEST],
    ['pyproject.toml', '[project]\nname = "x"'],
    ['setup.cfg', '[metadata]\nname = x'],
    ['go.mod', 'module m'],
  ];
  for (const [file, text] of foreign) {
    it(`are named where no tool reads them: ${file} in UTF-16`, async () => {
      for (const bytes of [utf16(text), utf16(text, true), utf16(text).subarray(2)]) {
        const { problems, remedy } = await refusal({ [file]: bytes, 'a_test.go': 'package m', 'test_a.py': '' });
        expect(problems.join('\n')).to.include(`${file} is no text in UTF-8`);
        expect(remedy).to.match(new RegExp(`^Correct ${file} on the branch`));
      }
    });
  }

  it('have no tests in Go that build tags hide, and the tag is proposed', async () => {
    const hidden = '//go:build integration && linux\n\npackage m\n';
    const { problems, remedy } = await refusal({ 'go.mod': 'module m', 'a_test.go': hidden, 'b_windows_test.go': '' });
    expect(problems.join()).to.include('behind build tags (integration)');
    expect(remedy).to.include('go test -tags=integration -coverprofile=coverage.out ./...');
    expect((await select({ 'c_test.go': 'package m\n' })).test).to.not.include('-tags=integration');
  });

  it('propose nothing of a runner of tox that nobody knows to measure', async () => {
    const tox = '[testenv]\ncommands = nose2\n';
    const { remedy } = await refusal({ 'tox.ini': tox, 'setup.cfg': '[metadata]\nname = x' });
    expect(remedy).to.include('tox run -e py').and.not.include('coverage');
    const measuring = await refusal({ 'tox.ini': `${tox}[testenv:coverage]\ncommands = coverage run -m nose2\n` });
    expect(measuring.remedy).to.include('tox run -e coverage').and.include('coverage.xml');
  });
});

describe('build constraints of Go', () => {
  const rows: readonly (readonly [constraint: string, missing: string[] | null])[] = [
    ['linux', []],
    ['!windows', []],
    ['(linux || darwin) && !race', []],
    ['integration', ['integration']],
    ['integration || e2e', ['integration']],
    ['integration && e2e', ['integration', 'e2e']],
    ['windows', ['windows']],
    ['!linux', null],
    ['go1.21', []],
    ['((((', []],
  ];
  for (const [constraint, missing] of rows) {
    it(`of ${constraint}`, () => {
      expect(missingTags('a_test.go', `// x\n\n//go:build ${constraint}\n\npackage a\n`)).to.deep.equal(missing);
    });
  }

  it('stand before the package, and in the name', () => {
    expect(missingTags('a_test.go', 'package a\n//go:build never\n')).to.deep.equal([]);
    expect(missingTags('a_windows_test.go', 'package a\n')).to.equal(null);
    expect(missingTags('a_linux_test.go', 'package a\n')).to.deep.equal([]);
  });
});
