import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Fixture, startFixture } from '../fixture.ts';
import { deleteBranch, listBranches } from '../repositories.ts';
import { runGit } from './command.ts';

describe('local GitHub: making repositories', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  it('commits a folder as it is, and a branch per need', async () => {
    const source = join(fixture.root, 'source');
    await mkdir(join(source, '.kiro/specs'), { recursive: true });
    await mkdir(join(source, 'node_modules/x'), { recursive: true });
    await writeFile(join(source, '.kiro/specs/ünï "quoted"\\.md'), 'x\r\n');
    await writeFile(join(source, 'run.sh'), '#!/bin/sh\n');
    await chmod(join(source, 'run.sh'), 0o755);
    await symlink('run.sh', join(source, 'link'));
    await writeFile(join(source, 'node_modules/x/index.js'), '');
    const repository = await fixture.github.createRepository({
      owner: 'acme',
      name: 'made',
      defaultBranch: 'trunk',
      source,
      files: { extra: 'y' },
      branches: [
        { name: 'plain' },
        { name: 'a/b', files: { 'run.sh': null } },
        { name: 'a/c', from: 'a/b', files: { more: 'z' } },
      ],
    });
    const { directory } = repository;
    const list = async (branch: string) => {
      const lines = (await runGit(directory, ['ls-tree', '-r', '-z', branch]))
        .split('\0')
        .filter((line) => line !== '');
      return lines.map((line) => line.replace(/ blob \w+\t/, ' '));
    };
    expect(await list('trunk')).to.deep.equal([
      '100644 .kiro/specs/ünï "quoted"\\.md',
      '100644 extra',
      '120000 link',
      '100755 run.sh',
    ]);
    expect(await list('a/c')).to.deep.equal([
      '100644 .kiro/specs/ünï "quoted"\\.md',
      '100644 extra',
      '120000 link',
      '100644 more',
    ]);
    expect(await runGit(directory, ['cat-file', 'blob', 'trunk:.kiro/specs/ünï "quoted"\\.md'])).to.equal('x\r\n');
    expect(await runGit(directory, ['symbolic-ref', 'HEAD'])).to.equal('refs/heads/trunk\n');
    await runGit(directory, ['fsck', '--strict']);
    const names = (await listBranches(directory)).map(({ name }) => name);
    expect(names).to.deep.equal(['a/b', 'a/c', 'plain', 'trunk']);
  });

  it('deletes a branch, and says what git says when there is none', async () => {
    await deleteBranch(fixture.repository, 'feature/one');
    expect((await listBranches(fixture.repository.directory)).map(({ name }) => name)).to.deep.equal(['main']);
    const error = await runGit(fixture.repository.directory, ['rev-parse', '--verify', 'gone']).catch(
      (reason: Error) => reason,
    );
    expect((error as Error).message)
      .to.contain('git rev-parse failed')
      .and.to.contain('Needed a single revision');
  });
});
