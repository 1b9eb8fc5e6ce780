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
  close(): Promise<void>;
}

/** What the API shows of a head lags behind git: so many reads pass after the first look at a new one. */
export function createGitReaders({ lag }: { lag: () => number }): GitReaders {
  const seen = new Map<string, { shown: string | null; next: string | null; left: number }>();
  const readers = new Map<string, ObjectReader>();
  const self: GitReaders = {
    of(repository) {
      const known = readers.get(repository.directory) ?? createObjectReader(repository.directory);
      readers.set(repository.directory, known);
      return known;
    },
    async headOf(repository, branch) {
      if (!isBranchName(branch)) return null;
      const oid = await exactHead(self.of(repository), { repository, branch });
      const key = `${repository.id} ${branch}`;
      const known = seen.get(key) ?? { shown: oid, next: oid, left: 0 };
      if (known.next !== oid) Object.assign(known, { next: oid, left: lag() });
      if (known.left > 0) known.left -= 1;
      else known.shown = oid;
      seen.set(key, known);
      return known.shown;
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
    async close() {
      await Promise.all([...readers.values()].map((reader) => reader.close()));
    },
  };
  return self;
}

/** git would also take `refs/heads/refs/heads/x` for `refs/heads/x`; where there is such a twin, only the full name counts. */
async function exactHead(
  reader: ObjectReader,
  { repository, branch }: { repository: Repository; branch: string },
): Promise<string | null> {
  const oid = (await reader.read(`refs/heads/${branch}`))?.oid ?? null;
  if (oid === null || (await reader.read(`refs/heads/refs/heads/${branch}`)) === null) return oid;
  const named = await runGit(repository.directory, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
  return named.trim() || null;
}

/** Whether git reads the text as a plain branch name and not as a revision such as `main~1`. */
function isBranchName(name: string): boolean {
  return name !== '' && !/[\s~^:?*[\\]|\.\.|@\{|^\/|\/$|\.lock$/.test(name);
}
