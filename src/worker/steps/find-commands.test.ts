import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createWorkspaceFiles } from '../../adapters/files/workspace-files.ts';
import { isWorkerError } from '../../core/errors.ts';
import { parseRepositoryFile } from '../../core/repository/repository-file.ts';
import { findCommands } from './find-commands.ts';

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
