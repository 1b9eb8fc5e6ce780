import path from 'node:path';
import { lockKey } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { readFolder } from './git/commits.ts';
import type { RepositorySource } from './repositories.ts';
import type { LocalGitHub } from './server.ts';

export const DEMO = {
  organization: 'example-org',
  projectNumber: 7,
  branch: 'feature/relative-time',
  lockedBranch: 'feature/being-built',
  card: 'Relative time',
} as const;

/** Fills a local GitHub with the example repository, an open pull request and a board of eight cards. `examples` is the
 *  folder of that name. Returns the repository's name and the number of the open pull request. */
export async function fillDemoBoard(
  { state, createRepository }: Pick<LocalGitHub, 'state' | 'createRepository'>,
  examples: string,
): Promise<{ repository: string; pullRequest: number }> {
  state.addOwner({ login: DEMO.organization, type: 'Organization' });
  const repository = await createRepository(await repositorySource(examples));
  const project = state.addProject({
    owner: DEMO.organization,
    number: DEMO.projectNumber,
    title: 'Plain durations',
    columns: ['Backlog', COLUMN, 'In Progress', 'In Review', 'Done'],
    priorities: ['High', 'Normal', 'Low'],
  });
  const issue = (title: string) => state.addIssue({ repository, title, author: 'robin' });
  const eligible = issue(DEMO.card);
  const pullRequest = state.addPullRequest({ repository, ...PULL_REQUEST });
  for (const card of [
    { content: eligible, branch: DEMO.branch, priority: 'High' },
    { content: issue('Spec to be written'), branch: 'feature/no-spec' },
    { content: issue('Card without a branch') },
    { content: issue('Branch that looks like an option'), branch: '--upload-pack=touch /tmp/x' },
    { content: { title: 'Draft of an idea' } },
    { content: null },
    { content: issue('Not yet ready'), column: 'Backlog', branch: 'feature/later' },
    { content: issue('Already being built'), branch: DEMO.lockedBranch },
  ]) {
    state.addItem(project, { column: COLUMN, ...card });
  }
  return { repository: repository.fullName, pullRequest: pullRequest.number };
}

const COLUMN = 'For Implementation';

const PULL_REQUEST = {
  author: 'robin',
  title: 'Relative time',
  body: 'Tell how far a moment lies from now, in words.\n\nThis text was written by a person and stays as it is.\n',
  headRef: DEMO.branch,
  draft: true,
} as const;

async function repositorySource(examples: string): Promise<RepositorySource> {
  const files = await readFolder(path.join(examples, 'branch'));
  const filesOfLockedBranch = Object.fromEntries(
    Object.entries(files).map(([file, content]) => [file.replaceAll(DEMO.branch, DEMO.lockedBranch), content]),
  );
  return {
    owner: DEMO.organization,
    name: 'plain-durations',
    source: path.join(examples, 'repository'),
    branches: [
      { name: DEMO.branch, files, message: 'Write the spec' },
      { name: DEMO.lockedBranch, files: filesOfLockedBranch, message: 'Write the spec' },
      { name: 'feature/no-spec', files: { 'NOTES.md': 'Only notes yet.\n' }, message: 'Take notes' },
    ],
  };
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
