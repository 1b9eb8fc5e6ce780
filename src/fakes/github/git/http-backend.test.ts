import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { itInRehearsal } from '../../../../test/left-to-rehearsal.ts';
import { type Fixture, startFixture, TOKEN } from '../fixture.ts';
import { cloneUrl } from '../server.ts';
import { gitEnvironment } from './command.ts';

const run = promisify(execFile);

describe('local GitHub: git over HTTP', () => {
  let fixture: Fixture;
  let clone: string;
  beforeEach(async () => {
    fixture = await startFixture();
    clone = join(fixture.root, 'clone');
  });
  afterEach(() => fixture.close());

  /** Runs git with the token; returns its output and standard error, whether it fails or not. */
  const git = async (args: readonly string[], token = TOKEN) => {
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    const settings = { 'http.extraHeader': header, 'user.name': 'Test', 'user.email': 'test@example.com' };
    const pairs = Object.entries(settings).flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]);
    const env = { ...gitEnvironment(), GIT_CONFIG_COUNT: '3', ...Object.fromEntries(pairs) };
    return run('git', args, { env }).then(
      ({ stdout, stderr }) => ({ ok: true, stdout, stderr }),
      ({ stdout = '', stderr = '' }) => ({ ok: false, stdout: String(stdout), stderr: String(stderr) }),
    );
  };
  const cloneBranch = async (...options: string[]) =>
    git(['clone', '--quiet', '--branch=feature/one', ...options, cloneUrl(fixture.github, 'acme/slugs'), clone]);
  const commit = async (name: string, content: string | Buffer) => {
    await mkdir(clone, { recursive: true });
    await writeFile(join(clone, name), content);
    await git(['-C', clone, 'add', '--all']);
    return git(['-C', clone, 'commit', '--quiet', `--message=Add ${name}`]);
  };
  const push = (...refs: string[]) => git(['-C', clone, 'push', '--quiet', 'origin', ...refs]);
  const headOf = async (branch: string) => {
    const { data } = await fixture.graphql(
      `{ repository(owner: "acme", name: "slugs") { ref(qualifiedName: "${branch}") { target { oid } } } }`,
    );
    return data.repository.ref?.target.oid ?? null;
  };

  it('clones partially, takes a push, and shows it at once', async () => {
    expect(await cloneBranch('--filter=blob:none', '--depth=1')).to.include({ ok: true });
    await commit('two.txt', 'two\n');
    expect(await push('HEAD')).to.include({ ok: true });
    const { stdout } = await git(['-C', clone, 'rev-parse', 'HEAD']);
    expect(await headOf('feature/one')).to.equal(stdout.trim());
    expect(fixture.github.requests.filter(({ kind }) => kind === 'git').map(({ status }) => status)).to.not.include(0);
  });

  itInRehearsal('takes a push larger than git’s buffer, in chunks', async () => {
    await cloneBranch();
    const noise = Buffer.from(Array.from({ length: 2_000_000 }, (_, index) => (index * 2_654_435_761) >>> 13));
    await commit('large.bin', noise);
    expect(await push('HEAD:refs/heads/large')).to.include({ ok: true });
    expect(await headOf('large')).to.match(/^[0-9a-f]{40}$/);
  });

  it('asks for the token', async () => {
    const url = cloneUrl(fixture.github, 'acme/slugs');
    const wrong = await git(['ls-remote', url], 'wrong');
    expect(wrong.ok).to.equal(false);
    expect(wrong.stderr).to.match(/Authentication failed|could not read Username/);
    const response = await fetch(`${url}/info/refs?service=git-upload-pack`);
    expect([response.status, response.headers.get('www-authenticate')]).to.deep.equal([401, 'Basic realm="GitHub"']);
  });

  it('knows no other repository', async () => {
    const { ok, stderr } = await git(['ls-remote', cloneUrl(fixture.github, 'acme/gone')]);
    expect(ok).to.equal(false);
    expect(stderr).to.contain('Repository not found');
  });

  it('says what is wrong when git itself fails', async () => {
    const authorization = `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`;
    await rm(fixture.repository.directory, { recursive: true });
    const url = `${cloneUrl(fixture.github, 'acme/slugs')}/info/refs?service=git-upload-pack`;
    expect((await fetch(url, { headers: { authorization } })).status).to.equal(404);
    const { PATH } = process.env;
    process.env.PATH = fixture.root;
    const response = await fetch(url, { headers: { authorization } });
    process.env.PATH = PATH;
    expect([response.status, await response.text()]).to.deep.equal([
      500,
      '{"message":"local GitHub failed: spawn git ENOENT"}',
    ]);
  });

  it('refuses a push that would overwrite another’s commit', async () => {
    await cloneBranch();
    const human = await fixture.github.moveBranch(fixture.repository, { branch: 'feature/one', files: { human: 'x' } });
    await commit('two.txt', 'two\n');
    const { ok, stderr } = await push('HEAD');
    expect(ok).to.equal(false);
    expect(stderr).to.match(/rejected.*fetch first/);
    expect(await headOf('feature/one')).to.equal(human);
  });

  it('refuses a push to a protected branch with GH006, and to an archived or read-only repository with 403', async () => {
    await cloneBranch();
    await commit('two.txt', 'two\n');
    const before = await headOf('main');
    const guarded = await push('HEAD:main');
    expect(guarded.ok).to.equal(false);
    expect(guarded.stderr).to.contain('GH006: Protected branch update failed for refs/heads/main.');
    expect(await headOf('main')).to.equal(before);
    fixture.repository.permission = 'READ';
    expect((await push('HEAD')).stderr).to.contain('403');
    fixture.repository.permission = 'WRITE';
    fixture.repository.archived = true;
    expect((await push('HEAD')).stderr).to.contain('archived');
  });

  it('fails on request: 502, token gone, push refused by a rule, answer lost after the push', async () => {
    const { faults } = fixture.github;
    await cloneBranch();
    await commit('two.txt', 'two\n');
    const before = await headOf('feature/one');
    faults.next({ git: 'receive-pack' }, { kind: 'http502' });
    expect((await push('HEAD')).stderr).to.contain('502');
    faults.next({ git: 'receive-pack', times: 2 }, { kind: 'unauthorized' });
    expect((await push('HEAD')).stderr).to.match(/Authentication failed|could not read Username/);
    faults.clear();
    faults.next({ git: 'receive-pack' }, { kind: 'refusePush', message: 'GH013: Repository rule violations found.' });
    expect((await push('HEAD')).stderr).to.contain('GH013: Repository rule violations found.');
    expect(await headOf('feature/one')).to.equal(before);
    faults.next({ git: 'receive-pack' }, { kind: 'dropAfterEffect' });
    expect((await push('HEAD')).ok).to.equal(false);
    const { stdout } = await git(['-C', clone, 'rev-parse', 'HEAD']);
    expect(await headOf('feature/one')).to.equal(stdout.trim());
    expect(faults.waiting).to.equal(0);
  });
});
