import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { cloneUrl, type LocalGitHub, startLocalGitHub } from '../../fakes/github/server.ts';
import { type PowerAccess, readPower } from './power.ts';

const TOKEN = 'token-of-the-power';
const FILES = {
  'kiro/manifest.json': '{"version":"2.1.0","files":[]}',
  'kiro/steering/team.md': '# Team\n',
  'kiro/steering/more/deep.md': '# Not directly in the folder\n',
};

describe('a Kiro Power', () => {
  let root: string;
  let github: LocalGitHub;
  const access = (over: Partial<PowerAccess> = {}): PowerAccess => ({
    serverUrl: github.url,
    credentials: async () => ({ username: 'x-access-token', password: TOKEN }),
    ...over,
  });
  const read = (over: { source?: string; ref?: string; path?: string } = {}, how = access()) =>
    readPower({ source: cloneUrl(github, 'acme/power'), ref: 'v2', path: 'kiro', ...over }, how);

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kiro-power-test-'));
    github = await startLocalGitHub({ tokens: [TOKEN], root: path.join(root, 'github') });
    await github.createRepository({
      owner: 'acme',
      name: 'power',
      files: FILES,
      branches: [
        { name: 'v2', files: { 'kiro/steering/team.md': '# Team, second edition\n' } },
        { name: 'link', files: { 'kiro/steering': null, 'out/steering': { mode: '120000', content: root } } },
      ],
    });
  });
  after(async () => {
    await github.close();
    await rm(root, { recursive: true, force: true });
  });

  it('is read from a git repository at its ref', async () => {
    const power = await read();
    expect(power).to.include({ version: '2.1.0', manifest: FILES['kiro/manifest.json'] });
    expect([...power.steering.keys()]).to.deep.equal(['team.md']);
    expect(new TextDecoder().decode(power.steering.get('team.md'))).to.equal('# Team, second edition\n');
  });

  it('is read from a folder of this machine', async () => {
    const folder = path.join(root, 'folder');
    await mkdir(path.join(folder, 'steering'), { recursive: true });
    await writeFile(path.join(folder, 'steering', 'a.md'), 'A\n');
    const power = await read({ source: folder, path: '.' });
    expect(power).to.include({ version: '0.0.0', manifest: null });
    expect([...power.steering.keys()]).to.deep.equal(['a.md']);
  });

  it('gives the credentials to no other server than theirs', async () => {
    const seen: string[] = [];
    const credentials = async () => {
      seen.push('asked');
      return { username: 'x-access-token', password: TOKEN };
    };
    await expectError(read({}, access({ serverUrl: 'https://github.example', credentials })), 'STEERING_INVALID');
    expect(seen).to.deep.equal([]);
  });

  it('takes no ref for an option', async () => {
    const mark = path.join(root, 'executed');
    const error = await expectError(read({ ref: `--upload-pack=touch ${mark};` }), 'STEERING_INVALID');
    expect(error.message).to.include('invalid refspec');
  });

  it('reads nothing from outside of itself', async () => {
    await expectError(read({ path: '../..' }), 'STEERING_INVALID');
    const linked = await expectError(read({ ref: 'link', path: 'out' }), 'STEERING_INVALID');
    expect(linked.message).to.include('leads out of the Power');
    const folder = path.join(root, 'linking');
    await mkdir(folder);
    await symlink(path.join(root, 'github'), path.join(folder, 'steering'));
    const local = await expectError(read({ source: folder, path: '.' }), 'STEERING_INVALID');
    expect(local.message).to.include('leads out of the Power');
  });

  it('is missed with a clear word', async () => {
    const ref = await expectError(read({ ref: 'v9' }), 'STEERING_INVALID');
    expect(ref.message).to.include('acme/power').and.to.include('v9');
    await expectError(read({ source: path.join(root, 'nowhere') }), 'STEERING_INVALID');
  });
});
