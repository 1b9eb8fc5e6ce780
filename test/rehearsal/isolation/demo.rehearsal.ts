import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../../src/adapters/bundle/bundle.ts';
import { unreachableAncestor } from '../../../src/adapters/files/chown-tree.ts';

const PERSON = { uid: 64_062, gid: 64_062 };
const WAYS = [
  { name: 'bubblewrap', hide: 'true', says: /isolation: namespace\. .*see only the system, your tools/ },
  {
    name: 'nothing',
    hide: 'mount --bind /bin/false /usr/bin/bwrap',
    says: /isolation: none, since it does not start: .*"local poll" would want --isolation none/,
  },
] as const;

describe('the demo of somebody who is not root', () => {
  for (const { name, hide, says } of WAYS) {
    it(`completes with ${name} to keep untrusted programs apart, and says so`, () => {
      expect(unreachableAncestor(path.join(REPOSITORY_ROOT, 'src'), PERSON), 'the checkout is open').to.equal(null);
      const home = mkdtempSync(path.join(tmpdir(), 'demo-home-'));
      chownSync(home, PERSON.uid, PERSON.gid);
      const start = `${hide} && exec setpriv --reuid=${PERSON.uid} --regid=${PERSON.gid} --clear-groups -- "$@"`;
      const command = [process.execPath, path.join(REPOSITORY_ROOT, 'scripts', 'cli.ts'), 'demo', '--json'];
      const { status, stdout, stderr } = spawnSync(
        'unshare',
        ['--mount', '--', 'sh', '-c', start, 'start', ...command],
        {
          cwd: home,
          encoding: 'utf8',
          env: { PATH: process.env.PATH, HOME: home },
        },
      );
      rmSync(home, { recursive: true });
      expect(status, stderr).to.equal(0);
      expect(JSON.parse(stdout)).to.include({ outcome: 'completed' });
      expect(stderr).to.match(says);
    });
  }
});
