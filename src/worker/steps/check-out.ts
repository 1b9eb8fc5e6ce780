import type { ProjectConfig } from '../../core/config.ts';
import { noticesOfAbsentContent } from '../../core/gates/absent-content.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { GitHub } from '../../core/ports/github.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { RepositorySettings } from '../../core/repository/repository-file.ts';
import { type RulesSource, rulesBranch } from '../../core/repository/rules-branch.ts';
import { readRulesFile } from '../../core/repository/rules-file.ts';
import type { RunContext } from '../run-context.ts';
import type { RunMonitor } from '../run-monitor.ts';
import type { RunRecorder } from '../run-record.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { CheckedOut, Locked } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

interface CheckOutContext {
  readonly settings: Pick<RunSettings, 'branch'>;
  readonly github: Pick<GitHub, 'branches' | 'pullRequests'>;
  readonly config: Pick<ProjectConfig, 'trustedBases'>;
  readonly repository: Pick<Repository, 'checkout' | 'absentContent' | 'find' | 'read'>;
  readonly record: Pick<RunRecorder, 'addFindings'>;
  readonly monitor: Pick<RunMonitor, 'signal'>;
  readonly reportProgress: RunContext['reportProgress'];
}

/** Checks the exact head of the branch out, after a look at who may write; reads the repository file where the branch's
 *  writer cannot choose it. */
export async function checkOut(context: CheckOutContext, _from: Locked): Promise<CheckedOut | RunResult> {
  const { github, repository } = context;
  const { branch } = context.settings;
  context.reportProgress({ phase: 'checkout', text: `Checking out ${branch}` });
  // Whether the branch is there is for git to say.
  const { repository: facts } = await github.branches.inspect([branch]);
  if (!facts.canPush) {
    const detail = `The token may not push to ${facts.nameWithOwner}; nothing was started.`;
    const remedy = 'Give the account of the token write access to the repository.';
    return endRun({ kind: 'setup-incomplete', detail, remedy });
  }
  if (branch === facts.defaultBranch) {
    const detail = `"${branch}" is the default branch; the worker changes feature branches only.`;
    return endRun({ kind: 'branch-missing', detail });
  }
  const pullRequest = await github.pullRequests.find(branch);
  const base = pullRequest?.baseRef ?? facts.defaultBranch;
  const from = rulesBranch({ base, defaultBranch: facts.defaultBranch }, context.config.trustedBases);
  const { signal } = context.monitor;
  const { head, mergeBase, rules: place } = await repository.checkout({ branch, base, rulesBranch: from, signal });
  const rules = { branch: from, ...place };
  context.record.addFindings(noticesOfAbsentContent(repository.absentContent()));
  if (from !== base) context.record.addFindings([baseNotTrusted({ base, from })]);
  const repositoryFile = await readRepositoryFile(repository, rules);
  return { stage: 'checked-out', base, pullRequest, head, mergeBase, rules, repositoryFile };
}

async function readRepositoryFile(
  repository: Pick<Repository, 'find' | 'read'>,
  { branch, commit }: RulesSource,
): Promise<RepositorySettings | null> {
  const entry = await repository.find(commit, REPOSITORY_FILE);
  if (entry === null) return null;
  const bytes = entry.kind === 'file' ? await repository.read(commit, REPOSITORY_FILE) : null;
  const text = bytes === null ? null : new TextDecoder().decode(bytes);
  return readRulesFile({ kind: entry.kind, size: bytes?.length ?? 0, text }, `${REPOSITORY_FILE} on ${branch}`);
}

function baseNotTrusted({ base, from }: { base: string; from: string }): Finding {
  const message = `The pull request merges into ${base}, but the rules of this run come from ${from}.`;
  return createFinding('rules/base-not-trusted', { message });
}
