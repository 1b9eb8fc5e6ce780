import path from 'node:path';
import { errorMessage } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import {
  type BranchChanges,
  COVERAGE_EXCLUSION,
  fileWords,
  findNotableChanges,
  scriptsOf,
} from '../../core/gates/notable-changes.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Commands } from '../../core/repository/commands.ts';
import type { WithCheckout } from '../run-states.ts';

type PackageTexts = BranchChanges['packages'][number];

/** As many are read; any more count as not readable. */
const MOST_PACKAGES = 200;

/** Returns notices about what the branch changed since it left the branch of its rules; a warning where git cannot say. */
export async function notableChanges(
  repository: Pick<Repository, 'changedFiles' | 'read'>,
  state: Pick<WithCheckout, 'rules' | 'head'> & { readonly commands?: Commands | null },
): Promise<Finding[]> {
  const { rules, head } = state;
  const since = rules.mergeBase;
  try {
    const { commands } = state;
    const commandWords = commands ? await wordsOf(repository, { since, head, commands }) : [];
    const paths = await repository.changedFiles({ since });
    const excluding = await repository.changedFiles({ since, linesMatch: COVERAGE_EXCLUSION });
    const packages: PackageTexts[] = [];
    for (const file of paths.filter((one) => path.posix.basename(one) === 'package.json')) {
      const isRead = packages.length < MOST_PACKAGES;
      packages.push(isRead ? await readTexts(repository, { file, commits: [since, head] }) : unreadable(file));
    }
    return findNotableChanges({ rules, paths, commandWords, excluding, packages });
  } catch (error) {
    return [createFinding('changes/not-examined', { message: `git could not list them: ${errorMessage(error)}` })];
  }
}

/** Commands mostly run scripts of package.json, which name the files. */
async function wordsOf(
  repository: Pick<Repository, 'read'>,
  { since, head, commands }: { since: string; head: string; commands: Commands },
): Promise<string[]> {
  const { folder, install, test, coverage } = commands;
  const manifest = path.posix.join(folder, 'package.json');
  const { before, after } = await readTexts(repository, { file: manifest, commits: [since, head] });
  const texts = [...install.flat(), ...test, ...(coverage ?? []), ...scriptsOf(before), ...scriptsOf(after)];
  return texts.flatMap(fileWords).map((word) => path.posix.join(folder, word));
}

/** A text that cannot be read (too large, an odd name) is reported as changed. */
async function readTexts(
  repository: Pick<Repository, 'read'>,
  { file, commits }: { file: string; commits: readonly [before: string, after: string] },
): Promise<PackageTexts> {
  const textAt = async (commit: string) => {
    const bytes = await repository.read(commit, file);
    return bytes === null ? null : new TextDecoder().decode(bytes);
  };
  try {
    return { path: file, before: await textAt(commits[0]), after: await textAt(commits[1]) };
  } catch {
    return unreadable(file);
  }
}

function unreadable(file: string): PackageTexts {
  return { path: file, before: null, after: '' };
}
