import { expect } from 'chai';
import { WorkerError } from '../../core/errors.ts';
import type { PullRequest, PullRequests } from '../../core/ports/github.ts';
import { parseTasks } from '../../core/spec/tasks.ts';
import { completeRun, endRun, type RunResult } from '../run-result.ts';
import type { Verified } from '../run-states.ts';
import { ensurePullRequest } from './pull-request.ts';

const FORMER: PullRequest = {
  id: 'PR',
  number: 5,
  url: 'https://github.test/5',
  isDraft: true,
  headRef: 'feature/x',
  headRepository: 'octo/app',
  baseRef: 'main',
  title: 'Slugs',
  body: '',
};
const VERIFIED: Verified = {
  stage: 'verified',
  base: 'main',
  pullRequest: null,
  head: 'b',
  mergeBase: 'a',
  rules: { branch: 'main', commit: 'a', mergeBase: 'a' },
  repositoryFile: null,
  specFiles: ['tasks.md'],
  tasks: parseTasks('- [x] 1. Do it\n'),
  looksAgain: false,
  baseline: { commit: 'a', verdict: null },
  tolerated: new Map(),
  commands: {
    folder: '.',
    install: [],
    ecosystem: null,
    detectedBy: [],
    needs: [],
    test: ['true'],
    coverage: null,
    reports: { tests: [], coverage: [] },
    source: 'here',
  },
};
const COMPLETED = completeRun({ repairs: 0, verified: VERIFIED, finishedTasks: 1 });
type Draft = Parameters<PullRequests['createDraft']>[0];

interface Scene {
  readonly former?: PullRequest;
  readonly requirePullRequest?: boolean;
  readonly head?: string;
  readonly refusal?: WorkerError;
  readonly branch?: string;
  readonly title?: string;
}

/** A run on a branch that has no open pull request now. */
function runWith(scene: Scene = {}) {
  const { former, requirePullRequest = false, head = 'b', refusal, branch = 'feature/x', title = 'Slugs' } = scene;
  const opened: Draft[] = [];
  const createDraft = async (draft: Draft) => {
    if (refusal !== undefined) throw refusal;
    opened.push(draft);
    return FORMER;
  };
  const context = {
    config: { requirePullRequest },
    github: { pullRequests: { find: async () => null, get: async () => null, createDraft } },
    settings: { branch, specPath: `.kiro/specs/${branch}`, itemTitle: title },
    monitor: { assertLockHeld: async () => undefined },
  };
  const reached = { ...VERIFIED, head, pullRequest: former ?? null };
  const ensure = (result: RunResult) => ensurePullRequest(context, { reached, result });
  return { ensure, opened };
}

describe('ensurePullRequest', () => {
  it('opens a draft for a branch with commits of its own, and for no other', async () => {
    const { ensure, opened } = runWith();
    expect((await ensure(COMPLETED)).result).to.equal(COMPLETED);
    expect(opened).to.have.length(1);
    const { ensure: ensureBare, opened: none } = runWith({ head: 'a' });
    expect((await ensureBare(COMPLETED)).result).to.equal(COMPLETED);
    expect(none).to.have.length(0);
  });

  it('lets no branch name mention anybody', async () => {
    const { ensure, opened } = runWith({ branch: 'fix/@octocat' });
    await ensure(COMPLETED);
    expect(opened[0]?.body).to.not.include('@octocat');
  });

  it('opens none in place of one that was closed during the run, and says so', async () => {
    for (const [scene, words] of [
      [{ former: FORMER }, 'Pull request #5 was closed'],
      [{ requirePullRequest: true }, 'The pull request was closed'],
    ] as const) {
      const { ensure, opened } = runWith(scene);
      const { result: ending } = await ensure(COMPLETED);
      expect(ending.kind).to.equal('completed');
      expect(ending.detail).to.include(words);
      expect(opened).to.have.length(0);
    }
  });

  it('leaves one that is not opened yet to a later poll, and a completed run completed', async () => {
    const error = new WorkerError({ code: 'GITHUB_FAILED', what: 'GitHub did not answer (502).', remedy: 'Wait.' });
    const { ensure } = runWith({ refusal: error });
    const { result, unopened } = await ensure(COMPLETED);
    expect(result).to.equal(COMPLETED);
    expect(unopened?.error).to.equal(error);
    expect(unopened?.draft).to.include({ branch: 'feature/x', base: 'main', title: '[Kiro Worker] Slugs' });
  });

  it('cuts a title to what GitHub takes', async () => {
    const { ensure, opened } = runWith({ title: 'T'.repeat(256) });
    await ensure(COMPLETED);
    expect(opened[0]?.title)
      .to.have.length(256)
      .and.to.match(/^\[Kiro Worker\] T+…$/);
  });

  it('calls nothing completed that GitHub refuses to open, and keeps every other ending', async () => {
    const refusal = new WorkerError({ code: 'GITHUB_REFUSED', what: 'GitHub refused it (403).', remedy: 'Ask.' });
    const { ensure } = runWith({ refusal });
    const { result: refused } = await ensure(COMPLETED);
    expect(refused.kind).to.equal('pull-request-refused');
    expect(refused.remedy).to.match(/^Ask\. .*finished work is on the branch/);
    const { result: moved } = await ensure(endRun({ kind: 'branch-moved', detail: 'The branch was deleted.' }));
    expect(moved.kind).to.equal('branch-moved');
    expect(moved.detail).to.match(/^The branch was deleted\. No pull request could be opened: .*403/);
  });
});
