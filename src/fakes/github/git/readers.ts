import type { PullRequest, Repository } from '../model.ts';
import { runGit } from './command.ts';
import { createObjectReader, type ObjectReader } from './objects.ts';

/** One object reader per repository, started when first needed. */
export interface GitReaders {
  of(repository: Repository): ObjectReader;
  /** Head of a branch now, null when there is none. */
  headOf(repository: Repository, branch: string): Promise<string | null>;
  /** Head of a pull request now, or the one that was seen last when its branch is gone. */
  pullRequestHead(pullRequest: PullRequest): Promise<string>;
  /** Whether `head` has a commit that `base` has not; both are commit ids. */
  isAhead(repository: Repository, commits: { base: string; head: string }): Promise<boolean>;
  close(): void;
}

export function createGitReaders(): GitReaders {
  const readers = new Map<string, ObjectReader>();
  const self: GitReaders = {
    of(repository) {
      const known = readers.get(repository.directory) ?? createObjectReader(repository.directory);
      readers.set(repository.directory, known);
      return known;
    },
    async headOf(repository, branch) {
      if (!isBranchName(branch)) return null;
      const object = await self.of(repository).read(`refs/heads/${branch}`);
      return object?.oid ?? null;
    },
    async pullRequestHead(pullRequest) {
      const { headRepository, headRef, state } = pullRequest;
      const head = headRepository && state === 'OPEN' ? await self.headOf(headRepository, headRef) : null;
      if (head !== null) pullRequest.lastHeadOid = head;
      return pullRequest.lastHeadOid;
    },
    async isAhead({ directory }, { base, head }) {
      return Number(await runGit(directory, ['rev-list', '--count', '--max-count=1', `${base}..${head}`])) > 0;
    },
    close() {
      for (const reader of readers.values()) reader.close();
    },
  };
  return self;
}

/** Whether git reads the text as a plain branch name and not as a revision such as `main~1`. */
function isBranchName(name: string): boolean {
  return name !== '' && !/[\s~^:?*[\\]|\.\.|@\{|^\/|\/$|\.lock$/.test(name);
}
