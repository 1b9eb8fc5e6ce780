import { errorMessage } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { type BranchChanges, COVERAGE_EXCLUSION, findNotableChanges } from '../../core/gates/notable-changes.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { WithCheckout } from '../run-states.ts';

type PackageTexts = BranchChanges['packages'][number];

/** As many are read; any more count as not readable. */
const MOST_PACKAGES = 200;

/** Returns notices about what the branch changed since it left the branch of its rules; a warning where git cannot say. */
export async function notableChanges(
  repository: Pick<Repository, 'changedFiles' | 'read'>,
  { rules, head }: Pick<WithCheckout, 'rules' | 'head'>,
): Promise<Finding[]> {
  const since = rules.mergeBase;
  try {
    const paths = await repository.changedFiles({ since });
    const excluding = await repository.changedFiles({ since, linesMatch: COVERAGE_EXCLUSION });
    const packages: PackageTexts[] = [];
    for (const path of paths.filter((one) => /(?:^|\/)package\.json$/.test(one))) {
      const isRead = packages.length < MOST_PACKAGES;
      packages.push(isRead ? await readTexts(repository, { path, commits: [since, head] }) : unreadable(path));
    }
    return findNotableChanges({ rules, paths, excluding, packages });
  } catch (error) {
    return [createFinding('changes/not-examined', { message: `git could not list them: ${errorMessage(error)}` })];
  }
}

/** A text that cannot be read (too large, an odd name) is reported as changed. */
async function readTexts(
  repository: Pick<Repository, 'read'>,
  { path, commits }: { path: string; commits: readonly [before: string, after: string] },
): Promise<PackageTexts> {
  const textAt = async (commit: string) => {
    const bytes = await repository.read(commit, path);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  try {
    return { path, before: await textAt(commits[0]), after: await textAt(commits[1]) };
  } catch {
    return unreadable(path);
  }
}

function unreadable(path: string): PackageTexts {
  return { path, before: null, after: '' };
}
