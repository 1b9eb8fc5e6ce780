import { createSourceParser } from '../../src/adapters/parsers/source-parser.ts';
import type { Finding } from '../../src/core/gates/finding.ts';
import type { SourceText } from '../../src/core/ports/source-parser.ts';
import { judgeTestIntegrity } from '../../src/worker/steps/gates/test-integrity.ts';
import { createGitOfTrees } from './git-of-trees.ts';
import type { Files } from './rows.ts';

/** What a change is played with: real git, and the parser of the product. */
export interface IntegrityPlayer {
  /** Commits both sides, and returns what the gate finds between them. */
  play(change: { before: Files; after: Files }): Promise<readonly Finding[]>;
  close(): Promise<void>;
}

/** Returns a player with a git folder of its own. */
export async function createIntegrityPlayer(): Promise<IntegrityPlayer> {
  const git = await createGitOfTrees();
  const parser = createSourceParser();
  let played = 0;
  return {
    async play({ before, after }) {
      played += 1;
      const [since, until] = [`refs/heads/${played}-before`, `refs/heads/${played}-after`];
      await git.commit({ [since]: before, [until]: { ...before, ...after } });
      const context = {
        repository: git.repository,
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
      await git.close();
    },
  };
}
