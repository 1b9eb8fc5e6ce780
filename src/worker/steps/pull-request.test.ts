import { expect } from 'chai';
import { WorkerError } from '../../core/errors.ts';
import type { PullRequest, PullRequests } from '../../core/ports/github.ts';
import type { Run, RunResult } from '../run-state.ts';
import { ensurePullRequest } from './pull-request.ts';

const COMPLETED: RunResult = { kind: 'completed', detail: 'All gates passed.' };
const FORMER = { number: 5 } as PullRequest;
type Draft = Parameters<PullRequests['createDraft']>[0];

interface Scene {
  readonly former?: PullRequest;
  readonly requirePullRequest?: boolean;
  readonly head?: string;
  readonly refusal?: WorkerError;
  readonly branch?: string;
}

/** A run on a branch that has no open pull request now. */
function runWith({ former, requirePullRequest = false, head = 'b', refusal, branch = 'feature/x' }: Scene = {}) {
  const opened: Draft[] = [];
  const createDraft = async (draft: Draft) => {
    if (refusal !== undefined) throw refusal;
    opened.push(draft);
    return FORMER;
  };
  const run = {
    ports: { config: { requirePullRequest }, github: { pullRequests: { find: async () => null, createDraft } } },
    settings: { branch, specPath: `.kiro/specs/${branch}`, itemTitle: 'Slugs' },
    state: { head, mergeBase: 'a', base: 'main', pullRequest: former ?? null },
    assertLockHeld: async () => undefined,
  } as unknown as Run;
  return { run, opened };
}

describe('ensurePullRequest', () => {
  it('opens a draft for a branch with commits of its own, and for no other', async () => {
    const { run, opened } = runWith();
    expect(await ensurePullRequest(run, COMPLETED)).to.equal(COMPLETED);
    expect(opened).to.have.length(1);
    const { run: bare, opened: none } = runWith({ head: 'a' });
    expect(await ensurePullRequest(bare, COMPLETED)).to.equal(COMPLETED);
    expect(none).to.have.length(0);
  });

  it('lets no branch name mention anybody', async () => {
    const { run, opened } = runWith({ branch: 'fix/@octocat' });
    await ensurePullRequest(run, COMPLETED);
    expect(opened[0]?.body).to.not.include('@octocat');
  });

  it('opens none in place of one that was closed during the run, and says so', async () => {
    for (const [scene, words] of [
      [{ former: FORMER }, 'Pull request #5 was closed'],
      [{ requirePullRequest: true }, 'The pull request was closed'],
    ] as const) {
      const { run, opened } = runWith(scene);
      const ending = await ensurePullRequest(run, COMPLETED);
      expect(ending.kind).to.equal('completed');
      expect(ending.detail).to.include(words);
      expect(opened).to.have.length(0);
    }
  });

  it('calls nothing completed that could not be opened, and keeps every other ending', async () => {
    const refusal = new WorkerError({ code: 'GITHUB_FAILED', what: 'GitHub refused it (403).', remedy: 'Ask.' });
    const { run } = runWith({ refusal });
    expect(await ensurePullRequest(run, COMPLETED)).to.include({ kind: 'internal-error' });
    const moved = await ensurePullRequest(run, { kind: 'branch-moved', detail: 'The branch was deleted.' });
    expect(moved.kind).to.equal('branch-moved');
    expect(moved.detail).to.match(/^The branch was deleted\. No pull request could be opened: .*403/);
  });
});
