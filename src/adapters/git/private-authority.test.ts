import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../test/left-to-rehearsal.ts';
import { createGitScene, type GitScene } from '../../../test/support/scenes/git.ts';
import { createVirtualClock } from '../../../test/support/virtual-clock.ts';

const certificate = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/certificates/${name}`, import.meta.url));
const AUTHORITY = certificate('authority.pem');

describe('a git server whose certificate a company’s own authority has signed', () => {
  const usual = { ...process.env };
  let scene: GitScene;
  beforeEach(async () => {
    for (const name of ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR']) delete process.env[name];
    const tls = {
      cert: readFileSync(certificate('server.pem'), 'utf8'),
      key: readFileSync(certificate('server-key.pem'), 'utf8'),
    };
    scene = await createGitScene({ tls, clock: createVirtualClock() });
  });
  afterEach(async () => {
    process.env = { ...usual };
    await scene.close();
  });

  for (const name of telling(1, ['GIT_SSL_CAINFO', 'SSL_CERT_FILE'])) {
    it(`is trusted when the machine names that authority in ${name}`, async () => {
      process.env[name] = AUTHORITY;
      expect(scene.github.url).to.match(/^https:/);
      await scene.checkout();
      await scene.write('src.txt', 'work');
      await scene.commit();
      expect(await scene.repository.push('feature/a')).to.deep.equal({ kind: 'pushed' });
    });
  }

  itInRehearsal('is refused when nobody names it, and the message says what to set', async () => {
    const error = await scene.checkout().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'GIT_UNAVAILABLE' });
    expect(String(error)).to.match(/certificate.*SSL_CERT_FILE or GIT_SSL_CAINFO/s);
  });
});
