import { expect } from 'chai';
import { createRecordingLogger } from '../../../test/support/recording-logger.ts';
import { type GitHubScene, openGitHubScene } from '../../../test/support/scenes/github.ts';
import { readOwnAddress } from './own-address.ts';

describe('the address of the token’s own account', () => {
  let scene: GitHubScene;
  let logged: string[];
  before(async () => {
    scene = await openGitHubScene();
  });
  after(() => scene.close());
  beforeEach(() => {
    logged = [];
  });

  const read = (serverUrl = scene.github.serverUrl) =>
    readOwnAddress({
      addresses: { apiUrl: scene.github.apiUrl, graphqlUrl: scene.github.graphqlUrl, serverUrl },
      token: async () => 'token-of-the-scene',
      log: createRecordingLogger((line) => logged.push(line)),
    });

  it('names the account by its number and login, on the server that it belongs to', async () => {
    const { state } = scene.github;
    const own = `${state.owner(state.viewer)?.databaseId}+${state.viewer}@users.noreply`;
    expect(await read()).to.equal(`${own}.github.com`);
    expect(await read('https://github.com')).to.equal(`${own}.github.com`);
    expect(await read('https://git.example.com')).to.equal(`${own}.git.example.com`);
  });

  it('is none where the token does not say whose it is', async () => {
    scene.github.faults.next({ operation: 'ReadViewer' }, { kind: 'refusal', name: 'token-lacks-right' });
    expect(await read()).to.equal(null);
    expect(logged.join()).to.include('does not say whose account');
  });
});
