import { expect } from 'chai';
import { fileTree } from '../../../../test/support/scenes/file-trees.ts';
import { isWorkerError } from '../../errors.ts';
import { selectCommands, suggestRepositoryFile } from '../commands.ts';

const MUCH = 900_000;
const many = (text: string, length = MUCH) => text.repeat(length / text.length);
const scripts = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`s${at}`, 'run-s s*']));
const tests = { 'tests/test_a.py': 'def test_a(): pass', 'src/test/java/A.java': '', 'a_test.go': '', 'test/a.js': '' };

/** Contents that would take a careless reader for ever, or break it. */
const ROWS: ReadonlyArray<[name: string, files: Record<string, string>]> = [
  [
    'JSON that lies deep',
    { 'package.json': `{"scripts":{"test":"c8 mocha"},"c8":${many('[', 50_000)}${many(']', 50_000)}}` },
  ],
  ['scripts that run one another', { 'package.json': JSON.stringify({ scripts: { ...scripts, test: 'run-s s*' } }) }],
  [
    'names of objects as names of scripts',
    { 'package.json': '{"scripts":{"test":"npm run constructor && npm run __proto__"}}' },
  ],
  [
    'globs for workspaces that match in many ways',
    {
      'package.json': JSON.stringify({
        workspaces: [`+(${many('+(a*)*', 300)})`, many('**/', 300)],
        scripts: { test: 'mocha' },
      }),
      [`${many('a', 200)}/package.json`]: '{}',
    },
  ],
  [
    'lists of workspaces without end',
    { 'package.json': '{"scripts":{"test":"mocha"}}', 'pnpm-workspace.yaml': many('\n') },
  ],
  ['profiles that are never closed', { 'pom.xml': `<project>${many('<profiles>')}` }],
  ['comments that are never closed', { 'pom.xml': `<project>${many('<!--')}` }],
  ['blanks in an element', { 'pom.xml': `<project><java.version>${many(' ')}` }],
  ['extras that are never closed', { 'setup.py': `setup(${many('extras_require={')}` }],
  ['requirements for tests that are never closed', { 'setup.py': `setup(${many('tests_require=[')}` }],
  ['a line of blanks', { 'setup.cfg': `[metadata]\n${many('a ')}` }],
  ['TOML that lies deep', { 'pyproject.toml': `a = ${many('[', 50_000)}` }],
  ['a workspace that is never closed', { 'go.work': many('use (\n') }],
  ['empty lines before a module', { 'go.mod': many('\n') }],
  ['blanks after a tool chain', { 'build.gradle': `jvmToolchain${many(' ')}` }],
  ['a name with many parts', { [`requirements${many('-a', 200)}!.txt`]: '', 'requirements.txt': '' }],
  ['thousands of folders', Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`f${at}/package.json`, '{}']))],
  [
    'text that is none',
    { 'package.json': '\0\ufffd', 'pyproject.toml': '\0', 'pom.xml': '\0', 'go.mod': '\0', 'setup.cfg': '\0' },
  ],
];

describe('detection in hostile contents', () => {
  for (const [name, files] of ROWS) {
    it(`ends with commands or a refusal for ${name}`, () => {
      const sources = { repositoryFile: null, env: {}, tree: fileTree({ ...tests, ...files }) };
      const suggestion = suggestRepositoryFile(sources);
      try {
        expect(selectCommands(sources).test.length).to.be.greaterThan(0);
      } catch (error) {
        if (!isWorkerError(error, 'COMMANDS_NOT_DETECTED')) throw error;
        expect(error.problems.length).to.be.greaterThan(0);
      }
      expect(suggestion ?? '').to.not.contain('\0');
    });
  }
});
