import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { privateKey, TOKENS } from '../../../../test/gates/made-tokens.ts';
import { BRANCH, createGitScene, type GitScene } from '../../../../test/support/scenes/git.ts';
import type { CommitText } from '../../../core/ports/repository.ts';

describe('the git adapter and what has the shape of a secret', () => {
  let scene: GitScene;
  let head: string;
  before(async () => {
    scene = await createGitScene({
      branchFiles: { 'old.env': `A=1\nTOKEN=${TOKENS.slack}\n`, 'keys/old.pem': privateKey('EC', '\r\n') },
    });
    ({ head } = await scene.checkout());
  });
  afterEach(() => scene.repository.discard());
  after(() => scene.close());

  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const GITHUB = { rule: 'github', sha256: sha256(TOKENS.github) };
  const commit = async (more: Partial<CommitText> = {}) => {
    const work = await scene.repository.stage();
    return work.commit({ message: 'Do it\n', trailers: [], contents: new Map(), exclude: [], ...more });
  };

  it('makes no commit that adds one, and tells rule, path, line and hash', async () => {
    await scene.write('src/a.js', `// secretlint-disable\n\nexport const token = '${TOKENS.github}';\n`);
    expect(await commit()).to.deep.equal({ kind: 'adds-secrets', found: [{ ...GITHUB, path: 'src/a.js', line: 3 }] });
    expect(await scene.repository.renew()).to.equal(head);
    await scene.repository.push(BRANCH);
    const objects = await scene.onServer('cat-file', '--batch-all-objects', '--batch');
    expect(objects).to.not.include(TOKENS.github);
    expect(objects).to.include(TOKENS.slack);
  });

  it('looks at names, link targets, the message, and what the worker itself puts in', async () => {
    await scene.write(`data/${TOKENS.github}.txt`, 'x');
    await symlink(TOKENS.kiro, path.join(scene.workspace, 'link'));
    const result = await commit({
      message: `Use ${TOKENS.google}\n`,
      contents: new Map([['n.md', Buffer.from(`\n${TOKENS.jwt}`)]]),
    });
    const found = result.kind === 'adds-secrets' ? result.found : [];
    expect(
      found.map(({ rule, path: where, line }) => `${rule} ${where.replace(TOKENS.github, '…')} ${line}`),
    ).to.have.members([
      'github data/….txt null',
      'kiro link 1',
      'google-api-key The commit message null',
      'jwt n.md 2',
    ]);
  });

  it('lets pass what the branch already has: edited, moved or copied', async () => {
    await scene.write('old.env', `A=2\nTOKEN=${TOKENS.slack}\n`);
    await scene.write('copy.env', `B=1 ${TOKENS.slack}\n`);
    await scene.write('keys/new.pem', privateKey('EC', '\r\n'));
    expect(await commit()).to.include({ kind: 'committed' });
    await scene.write('keys/other.pem', privateKey('RSA'));
    expect(await commit()).to.have.property('kind', 'adds-secrets');
  });

  it('does what the judge says of each', async () => {
    await scene.write('a.env', `${TOKENS.github}\n${TOKENS.kiro}\n`);
    const told = await commit({ judgeSecret: ({ rule }) => (rule === 'github' ? 'tell' : 'off') });
    expect(told).to.deep.include({ kind: 'committed', told: [{ ...GITHUB, path: 'a.env', line: 1 }] });
  });

  it('sees in all commits together what one of them was let pass with', async () => {
    const until = await scene.repository.renew();
    const found = await scene.repository.addedSecrets({ since: head, until });
    expect(found.map(({ rule, path: where }) => `${rule} ${where}`)).to.have.members(['github a.env', 'kiro a.env']);
    expect(await scene.repository.addedSecrets({ since: until, until })).to.deep.equal([]);
  });
});
