import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { rehearsedLines } from '../stacks/documents.ts';

const TOKEN = String.raw`ghp_ab'"$(id)\n%s\\z`;

/** Stands in for the AWS CLI: keeps what it was given on standard input under the name of the secret. */
const AWS = '#!/bin/sh\n[ "$6" = file:///dev/stdin ] || exit 9\ncat >"$STORE/$4"\n';

for (const shell of ['sh', 'bash', 'zsh']) {
  describe(`the lines that fill in secrets, in ${shell}`, () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-secrets-'));
      await writeFile(path.join(folder, 'aws'), AWS);
      await chmod(path.join(folder, 'aws'), 0o755);
    });
    afterEach(() => rm(folder, { recursive: true }));

    const store = () => path.join(folder, 'store');
    async function type(input: string) {
      await rm(store(), { recursive: true, force: true });
      await execa('mkdir', [store()]);
      const script = rehearsedLines('secrets').join('\n');
      const result = await execa(shell, ['-c', script], {
        input,
        reject: false,
        env: { PATH: `${folder}:${process.env.PATH}`, STORE: store() },
      });
      const names = await readdir(store());
      const stored = await Promise.all(
        names.sort().map(async (name) => [name, await readFile(path.join(store(), name), 'utf8')]),
      );
      return { ...result, stored: Object.fromEntries(stored) };
    }

    it('store what was typed, letter by letter, and show none of it', async () => {
      const { stored, stdout, stderr, exitCode } = await type(`${TOKEN}\nghs_git\nksk_key\n`);
      expect(stored).to.deep.equal({
        'kiro-worker-test-github-token': TOKEN,
        'kiro-worker-test-git-credentials': '{"username":"x-access-token","password":"ghs_git"}',
        'kiro-worker-test-kiro-api-key': 'ksk_key',
      });
      expect(`${stdout}${stderr}`).not.to.match(/ghp_|ghs_|ksk_/);
      expect(exitCode).to.equal(0);
    });

    it('store no line of their own that was pasted with them', async () => {
      const { stored, stderr } = await type(
        "put_secret kiro-worker-test-git-credentials 'GitHub token for git' '%s'\nghs_git\nksk key\n",
      );
      expect(Object.keys(stored)).to.deep.equal(['kiro-worker-test-git-credentials']);
      expect(stderr).to.include('kiro-worker-test-github-token stays as it is. Paste the lines one by one.');
    });

    it('store nothing that is empty, and say so', async () => {
      const { stored, stderr, exitCode } = await type('\n\n\n');
      expect(stored).to.deep.equal({});
      expect(stderr).to.include('kiro-worker-test-github-token stays as it is');
      expect(exitCode).to.equal(1);
    });
  });
}
