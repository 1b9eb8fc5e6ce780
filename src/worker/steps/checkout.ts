import { WorkerError } from '../../core/errors.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import { parseRepositoryFile } from '../../core/repository/repository-file.ts';
import type { Run, Step } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';

/** Checks the exact head of the branch out, after a look at who may write; reads the repository file of the base. */
export const checkout: Step = async (run) => {
  const { settings, ports, state } = run;
  reportProgress(run, { phase: 'checkout', text: `Checking out ${settings.branch}` });
  const { repository: facts, branches } = await ports.github.branches.inspect([settings.branch]);
  if (!branches.get(settings.branch)?.exists) {
    return { kind: 'branch-missing', detail: `${facts.nameWithOwner} has no branch "${settings.branch}".` };
  }
  if (!facts.canPush) {
    return { kind: 'push-refused', detail: `The token may not push to ${facts.nameWithOwner}; nothing was started.` };
  }
  if (settings.branch === facts.defaultBranch) {
    return {
      kind: 'branch-missing',
      detail: `"${settings.branch}" is the default branch; the worker changes feature branches only.`,
    };
  }
  state.pullRequest = await ports.github.pullRequests.find(settings.branch);
  state.base = state.pullRequest?.baseRef ?? facts.defaultBranch;
  const { head, baseHead, mergeBase } = await ports.repository.checkout({ branch: settings.branch, base: state.base });
  Object.assign(state, { head, baseHead, mergeBase });
  state.repositoryFile = await readRepositoryFile(run);
  return null;
};

async function readRepositoryFile({ ports, state }: Run) {
  const bytes = await ports.repository.read(state.baseHead, REPOSITORY_FILE);
  if (bytes === null) return null;
  if (bytes.length > 64 * 1024) {
    throw new WorkerError({
      code: 'REPOSITORY_FILE_INVALID',
      what: `${REPOSITORY_FILE} on ${state.base} has ${bytes.length} bytes.`,
      remedy: 'Keep it below 64 KiB.',
    });
  }
  return parseRepositoryFile(new TextDecoder().decode(bytes), `${REPOSITORY_FILE} on ${state.base}`);
}
