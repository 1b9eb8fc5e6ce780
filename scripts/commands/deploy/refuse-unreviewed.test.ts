import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { refuseChangedCheckout } from './refuse-unreviewed.ts';

describe('the checkout that production is deployed and released from', () => {
  let folder: string;
  const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: folder });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-checkout-'));
    await git('init', '--quiet');
    await writeFile(path.join(folder, 'a.ts'), '');
    await git('add', '--all');
    await git('-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', 'commit', '--quiet', '--message', 'A version');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is taken while nothing in it differs from what is committed', async () => {
    await refuseChangedCheckout(folder);
  });

  for (const file of ['a.ts', 'new.ts']) {
    it(`is refused with ${file === 'a.ts' ? 'a changed' : 'a new'} file, which is named`, async () => {
      await writeFile(path.join(folder, file), 'changed');
      const { problems } = await expectError(refuseChangedCheckout(folder), 'DEPLOYMENT_REFUSED');
      expect(problems.join()).to.include(file);
    });
  }
});
