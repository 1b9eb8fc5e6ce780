import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { createWorkspaceFiles } from '../../adapters/files/workspace-files.ts';
import { isWorkerError } from '../../core/errors.ts';
import { parseRepositoryFile } from '../../core/repository/repository-file.ts';
import { commandsOrNothing, findCommands } from './find-commands.ts';

describe('findCommands', () => {
  let workspace: string;

  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'find-commands-'));
    mkdirSync(join(workspace, 'app'));
    writeFileSync(join(workspace, 'app', 'package.json'), JSON.stringify({ scripts: { test: 'node --test' } }));
  });
  afterEach(() => rmSync(workspace, { recursive: true, force: true }));

  const find = (file: string) =>
    findCommands({
      files: createWorkspaceFiles(workspace),
      repositoryFile: parseRepositoryFile(file, '.kiro-worker.yml on main'),
      env: {},
    });

  it('looks into the configured folder', async () => {
    expect(await find('folder: app')).to.deep.include({ folder: 'app', test: ['npm', 'test'], install: [] });
  });

  for (const folder of ['gone', 'app/package.json', 'link']) {
    it(`refuses the folder ${folder}`, async () => {
      symlinkSync(join(workspace, 'app'), join(workspace, 'link'));
      const error = await find(`folder: ${folder}`).catch((thrown) => thrown);
      expect(isWorkerError(error, 'REPOSITORY_FILE_INVALID')).to.equal(true);
      expect(error.message).to.contain(`.kiro-worker.yml on main names the folder "${folder}"`);
    });
  }
});

/** Manifest and source of a project without tests, and the tests that a first task brings. */
const PROJECTS: Readonly<Record<string, readonly [bare: Record<string, string>, tests: Record<string, string>]>> = {
  JavaScript: [
    { 'package.json': '{"name":"a","version":"1.0.0"}', 'src/a.js': '', Makefile: 'all:\n' },
    { 'package.json': '{"name":"a","scripts":{"test":"node --test"}}', 'test/a.test.js': "import 'node:test'" },
  ],
  Python: [
    { 'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n', 'a/__init__.py': '' },
    { 'tests/test_a.py': 'def test_a():\n    pass\n' },
  ],
  Go: [{ 'go.mod': 'module example.com/a\n\ngo 1.21\n', 'a.go': 'package a\n' }, { 'a_test.go': 'package a\n' }],
  Maven: [
    { 'pom.xml': '<project><artifactId>a</artifactId></project>', 'src/main/java/A.java': '' },
    { 'src/test/java/ATest.java': '' },
  ],
  Gradle: [{ 'build.gradle': "plugins { id 'java' }", 'src/main/java/A.java': '' }, { 'src/test/java/ATest.java': '' }],
};

describe('commandsOrNothing', () => {
  let workspace: string;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'no-commands-'));
  });
  afterEach(() => rmSync(workspace, { recursive: true, force: true }));

  const find = (files: Record<string, string>) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, file)), { recursive: true });
      writeFileSync(join(workspace, file), text);
    }
    const request = { files: createWorkspaceFiles(workspace), repositoryFile: null, env: {} };
    return commandsOrNothing(request, Object.keys(files));
  };

  for (const [name, [bare, tests]] of Object.entries(PROJECTS)) {
    it(`has nothing to test in ${name} until a task brings tests`, async () => {
      expect(await find({ 'README.md': '', ...bare })).to.equal(null);
      expect((await find({ ...bare, ...tests }))?.test).to.be.an('array');
    });

    it(`does not take tests of ${name} for none that it cannot run`, async () => {
      const error = await find({ ...bare, 'e2e/a.rb': '' }).catch((thrown) => thrown);
      expect(isWorkerError(error, 'COMMANDS_NOT_DETECTED')).to.equal(true);
    });
  }

  it('has nothing to test without any manifest, and no greenfield in one that cannot be read', async () => {
    expect(await find({ 'README.md': '' })).to.equal(null);
    for (const broken of [{ 'go.mod': '' }, { 'pom.xml': '<html>' }, { 'package.json': '{' }, { 'Cargo.toml': '' }]) {
      const error = await find(broken).catch((thrown) => thrown);
      expect(isWorkerError(error, 'COMMANDS_NOT_DETECTED'), Object.keys(broken)[0]).to.equal(true);
      rmSync(workspace, { recursive: true });
      mkdirSync(workspace);
    }
  });
});
