import { WorkerError } from '../../core/errors.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { GitHub } from '../../core/ports/github.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { parseRepositoryFile, type RepositorySettings } from '../../core/repository/repository-file.ts';
import type { RunContext } from '../run-context.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { CheckedOut, Locked } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

interface CheckOutContext {
  readonly settings: Pick<RunSettings, 'branch'>;
  readonly github: Pick<GitHub, 'branches' | 'pullRequests'>;
  readonly repository: Pick<Repository, 'checkout' | 'read'>;
  readonly reportProgress: RunContext['reportProgress'];
}

/** Checks the exact head of the branch out, after a look at who may write; reads the repository file of the base. */
export async function checkOut(context: CheckOutContext, _from: Locked): Promise<CheckedOut | RunResult> {
  const { github, repository } = context;
  const { branch } = context.settings;
  context.reportProgress({ phase: 'checkout', text: `Checking out ${branch}` });
  const { repository: facts, branches } = await github.branches.inspect([branch]);
  if (!branches.get(branch)?.exists) {
    return endRun({ kind: 'branch-missing', detail: `${facts.nameWithOwner} has no branch "${branch}".` });
  }
  if (!facts.canPush) {
    const detail = `The token may not push to ${facts.nameWithOwner}; nothing was started.`;
    return endRun({ kind: 'push-refused', detail });
  }
  if (branch === facts.defaultBranch) {
    const detail = `"${branch}" is the default branch; the worker changes feature branches only.`;
    return endRun({ kind: 'branch-missing', detail });
  }
  const pullRequest = await github.pullRequests.find(branch);
  const base = pullRequest?.baseRef ?? facts.defaultBranch;
  const { head, baseHead, mergeBase } = await repository.checkout({ branch, base });
  const repositoryFile = await readRepositoryFile(repository, { base, baseHead });
  return { stage: 'checked-out', base, pullRequest, head, baseHead, mergeBase, repositoryFile };
}

const SIZE_LIMIT = 64 * 1024;

async function readRepositoryFile(
  repository: Pick<Repository, 'read'>,
  { base, baseHead }: { base: string; baseHead: string },
): Promise<RepositorySettings | null> {
  const bytes = await repository.read(baseHead, REPOSITORY_FILE);
  if (bytes === null) return null;
  if (bytes.length > SIZE_LIMIT) {
    throw new WorkerError({
      code: 'REPOSITORY_FILE_INVALID',
      what: `${REPOSITORY_FILE} on ${base} has ${bytes.length} bytes.`,
      remedy: 'Keep it below 64 KiB.',
    });
  }
  return parseRepositoryFile(new TextDecoder().decode(bytes), `${REPOSITORY_FILE} on ${base}`);
}
