import { expect } from 'chai';
import type { GitHubScene } from '../../../test/support/scenes/github.ts';
import { openGitHubScene } from '../../../test/support/scenes/github.ts';
import type { FolderFacts } from '../../core/ports/github.ts';
import type { Repository } from '../../fakes/github/model.ts';
import { createGitHubBranches } from './branches.ts';

describe('folders of branches', () => {
  let scene: GitHubScene;
  let repository: Repository;
  let head: string;
  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({
      owner: 'acme',
      name: 'shop',
      files: {
        'packages/api/package.json': '{}',
        'packages/README.md': '# Packages',
        link: { mode: '120000', content: 'packages' },
        vendored: { mode: '160000', content: 'a'.repeat(40) },
      },
    });
    const { branches } = await createGitHubBranches({ client: scene.client, repository: 'acme/shop' }).inspect([
      'main',
    ]);
    const facts = branches.get('main');
    head = facts?.exists === true ? facts.head : '';
  });
  after(() => scene.close());
  beforeEach(() => {
    scene.github.requests.length = 0;
    scene.github.faults.clear();
  });
  const ask = (folders: readonly string[], commit = head) =>
    createGitHubBranches({ client: scene.client, repository: `acme/${repository.name}` }).folders(
      folders.map((folder) => ({ commit, folder })),
    );

  it('tells what is there, what is not, and what only a checkout shows, in one request', async () => {
    const expected: Record<string, FolderFacts['kind']> = {
      packages: 'there',
      'packages/api': 'there',
      'packages/web': 'absent',
      'packages/README.md': 'absent',
      'packages/README.md/x': 'absent',
      link: 'absent',
      'link/api': 'absent',
      vendored: 'in-submodule',
      'vendored/api': 'in-submodule',
      Packages: 'absent',
      'none/at/all': 'absent',
    };
    const found = await ask(Object.keys(expected));
    expect(found.map(({ kind }) => kind)).to.deep.equal(Object.values(expected));
    expect(scene.calls()).to.deep.equal(['FindFolders']);
  });

  it('calls nothing absent that GitHub did not show', async () => {
    const [gone] = await ask(['packages'], 'b'.repeat(40));
    expect(gone).to.deep.include({ kind: 'unknown' });
    scene.github.faults.next({ operation: 'FindFolders' }, { kind: 'http502' });
    expect((await ask(['none'])).map(({ kind }) => kind)).to.deep.equal(['absent']);
  });

  it('asks for no more at once than GitHub answers', async () => {
    const names = Array.from({ length: 51 }, (_, i) => (i === 50 ? 'packages' : `none/${i}`));
    const found = await ask(names);
    expect(found.map(({ kind }) => kind)).to.deep.equal(
      names.map((name) => (name === 'packages' ? 'there' : 'absent')),
    );
    expect(scene.count('FindFolders')).to.equal(2);
  });
});
