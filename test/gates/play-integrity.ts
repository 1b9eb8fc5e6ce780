import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../src/adapters/files/remove-tree.ts';
import { createGitRepository } from '../../src/adapters/git/repository.ts';
import { createSourceParser } from '../../src/adapters/parsers/source-parser.ts';
import type { Finding } from '../../src/core/gates/finding.ts';
import type { SourceText } from '../../src/core/ports/source-parser.ts';
import { feedGit } from '../../src/fakes/github/git/command.ts';
import { judgeTestIntegrity } from '../../src/worker/steps/gates/test-integrity.ts';
import type { Files } from './rows.ts';

/** What a change is played with: real git, and the parser of the product. */
export interface IntegrityPlayer {
  /** Commits both sides, and returns what the gate finds between them. */
  play(change: { before: Files; after: Files }): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Returns a player with a git folder of its own. */
export async function createIntegrityPlayer(): Promise<IntegrityPlayer> {
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
  const parser = createSourceParser();
  let played = 0;
  return {
    async play({ before, after }) {
      played += 1;
      const [since, until] = [`refs/heads/${played}-before`, `refs/heads/${played}-after`];
      const input = [
        commitOf({ name: since, files: before }),
        commitOf({ name: until, files: { ...before, ...after } }),
      ].join('');
      await feedGit(gitDirectory, { args: ['fast-import', '--quiet', '--force'], input });
      const context = {
        repository,
        createSourceParser: () => ({
          read: (files: readonly SourceText[]) => parser.read(files),
          close: async () => undefined,
        }),
      };
      const counts = { before: null, after: null };
      return (await judgeTestIntegrity(context, { since, until, policies: {}, counts })).findings;
    },
    async close() {
      await parser.close();
      await removeTree(folder);
    },
  };
}

/** A commit without a parent that holds these files. */
function commitOf({ name, files }: { name: string; files: Files }): string {
  const lines = [`commit ${name}`, 'committer Tests <tests@example.com> 0 +0000', 'data 0', 'deleteall'];
  for (const [file, text] of Object.entries(files)) {
    if (text === null) continue;
    lines.push(`M 100644 inline ${JSON.stringify(file)}`, `data ${Buffer.byteLength(text)}`, text);
  }
  return `${lines.join('\n')}\n\n`;
}
