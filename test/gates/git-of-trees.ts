import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../src/adapters/files/remove-tree.ts';
import { createGitRepository } from '../../src/adapters/git/repository.ts';
import { feedGit } from '../../src/fakes/github/git/command.ts';
import type { Files } from './rows.ts';

/** The product's repository over a git folder that has nothing but the trees that a test gives it. */
export interface GitOfTrees {
  readonly repository: Awaited<ReturnType<typeof createGitRepository>>;
  /** Makes a commit without a parent of each tree; its name is that of its ref. */
  commit(trees: Readonly<Record<string, Files>>): Promise<void>;
  close(): Promise<void>;
}

/** Returns one in a temporary folder. */
export async function createGitOfTrees(): Promise<GitOfTrees> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-gates-'));
  const privateDirectory = path.join(folder, 'private');
  const gitDirectory = path.join(privateDirectory, 'git');
  await mkdir(gitDirectory, { recursive: true, mode: 0o700 });
  await feedGit(gitDirectory, { args: ['init', '--quiet', '--bare', '--template='], input: '' });
  const repository = await createGitRepository({
    privateDirectory,
    gitDirectory,
    workspace: path.join(folder, 'workspace'),
    credentials: async () => ({ username: '', password: '' }),
    identity: { name: 'Worker', email: 'worker@example.com' },
    remoteUrl: 'http://127.0.0.1/none.git',
    secrets: () => [],
  });
  return {
    repository,
    async commit(trees) {
      const input = Object.entries(trees).map(([name, files]) => commitOf(name, files));
      await feedGit(gitDirectory, { args: ['fast-import', '--quiet', '--force'], input: input.join('') });
    },
    close: () => removeTree(folder),
  };
}

function commitOf(name: string, files: Files): string {
  const lines = [`commit ${name}`, 'committer Tests <tests@example.com> 0 +0000', 'data 0', 'deleteall'];
  for (const [file, text] of Object.entries(files)) {
    if (text === null) continue;
    lines.push(`M 100644 inline ${JSON.stringify(file)}`, `data ${Buffer.byteLength(text)}`, text);
  }
  return `${lines.join('\n')}\n\n`;
}
