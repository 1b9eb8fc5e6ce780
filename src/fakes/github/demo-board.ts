import path from 'node:path';
import { lockKey } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { readFolder } from './git/commits.ts';
import type { LocalGitHub } from './server.ts';

export const DEMO = {
  organization: 'example-org',
  projectNumber: 7,
  readyBranch: 'feature/relative-time',
  lockedBranch: 'feature/being-built',
  readyCard: 'Relative time',
} as const;

/** Fills a local GitHub with the example repository, an open pull request and a board of eight cards. `examples` is the
 *  folder of that name. Returns the repository's name and the number of the open pull request. */
export async function fillDemoBoard(
  github: LocalGitHub,
  examples: string,
): Promise<{ repository: string; pullRequest: number }> {
  const { organization, readyBranch, lockedBranch } = DEMO;
  const { state } = github;
  const branchFiles = await readFolder(path.join(examples, 'branch'));
  const specOf = (branch: string) =>
    Object.fromEntries(
      Object.entries(branchFiles).map(([file, content]) => [file.replaceAll(readyBranch, branch), content]),
    );
  const name = 'plain-durations';
  state.addOwner({ login: organization, type: 'Organization' });
  const repository = await github.createRepository({
    owner: organization,
    name,
    source: path.join(examples, 'repository'),
    branches: [
      { name: readyBranch, files: branchFiles, message: 'Write the spec' },
      { name: lockedBranch, files: specOf(lockedBranch), message: 'Write the spec' },
      { name: 'feature/no-spec', files: { 'NOTES.md': 'Only notes yet.\n' }, message: 'Take notes' },
    ],
  });
  const columns = ['Backlog', 'For Implementation', 'In Progress', 'In Review', 'Done'];
  const project = state.addProject({
    owner: organization,
    number: DEMO.projectNumber,
    title: 'Plain durations',
    columns,
    priorities: ['High', 'Normal', 'Low'],
  });
  const issue = (title: string) => state.addIssue({ repository, title, author: 'robin' });
  const column = 'For Implementation';
  const ready = issue(DEMO.readyCard);
  const pullRequest = state.addPullRequest({
    repository,
    author: 'robin',
    title: 'Relative time',
    body: 'Tell how far a moment lies from now, in words.\n\nThis text was written by a person and stays as it is.\n',
    headRef: readyBranch,
    draft: true,
  });
  state.addItem(project, { content: ready, column, branch: readyBranch, priority: 'High' });
  state.addItem(project, { content: issue('Spec to be written'), column, branch: 'feature/no-spec' });
  state.addItem(project, { content: issue('Card without a branch'), column });
  state.addItem(project, {
    content: issue('Branch that looks like an option'),
    column,
    branch: '--upload-pack=touch /tmp/x',
  });
  state.addItem(project, { content: { title: 'Draft of an idea' }, column });
  state.addItem(project, { content: null, column });
  state.addItem(project, { content: issue('Not yet ready'), column: 'Backlog', branch: 'feature/later' });
  state.addItem(project, { content: issue('Already being built'), column, branch: lockedBranch });
  return { repository: `${organization}/${name}`, pullRequest: pullRequest.number };
}

/** Lets another worker hold the lock of one card's branch, as it is while its build runs. */
export async function holdDemoLock(locks: LockStore, repository: string): Promise<void> {
  await locks.acquire({
    lockKey: lockKey(repository, DEMO.lockedBranch),
    branch: DEMO.lockedBranch,
    owner: 'another-machine',
    workItemId: 'PVTI_of_another_machine',
    environment: 'local',
    startToken: 'of-another-machine',
    leaseMs: 15 * 60_000,
    nowMs: Date.now(),
    resetAttempts: true,
  });
}
