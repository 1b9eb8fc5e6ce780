import { closedByRules } from '../../core/cards/branch-rules.ts';
import type { EligibleItem } from '../../core/cards/selection.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import { isWorkerError, type WorkerError } from '../../core/errors.ts';
import { REPOSITORY_FILE } from '../../core/names.ts';
import type { Branches, FolderFacts, GitHub } from '../../core/ports/github.ts';
import { missingFolder } from '../../core/repository/missing-folder.ts';
import type { RepositorySettings } from '../../core/repository/repository-file.ts';
import { readRulesFile } from '../../core/repository/rules-file.ts';

/** Why a card is skipped. */
export type Obstacle = Pick<SkippedCard, 'reason' | 'detail'>;

/** Returns a function that finds what would stop the build of one of these cards before it does anything: rules that forbid its push, a
 *  `.kiro-worker.yml` that cannot be used, or one whose folder the branch lacks; null when nothing does. The folders of all cards
 *  are one question. What cannot be read is a matter of its card alone. */
export function obstaclesOf(
  { branches }: GitHub,
  items: readonly EligibleItem[],
): (item: EligibleItem) => Promise<Obstacle | null> {
  let folders: ReturnType<typeof lookUp> | null = null;
  const find = async (item: EligibleItem): Promise<Obstacle | null> => {
    const { branch } = item.workItem;
    const detail = closedByRules(branch, await branches.rules(branch));
    if (detail !== null) return { reason: 'protected-branch', detail };
    const rules = await readRules(branches, item);
    if (rules === null || 'reason' in rules) return rules;
    if (rules.folder === '.') return null;
    folders ??= lookUp(branches, items);
    return withoutFolder(item, { rules, facts: (await folders).get(item) });
  };
  return (item) =>
    find(item).catch((error: unknown) => {
      if (!isUnreadable(error)) throw error;
      const said = [error.what, ...error.problems, error.why].filter(Boolean).join(' ');
      return unreadable(item, said);
    });
}

async function readRules(
  branches: Branches,
  { rulesBranch }: EligibleItem,
): Promise<RepositorySettings | Obstacle | null> {
  const file = rulesBranch === null ? null : await branches.rulesFile(rulesBranch);
  if (file === null) return null;
  try {
    return readRulesFile(file, `${REPOSITORY_FILE} on ${rulesBranch}`);
  } catch (error) {
    if (!isWorkerError(error, 'REPOSITORY_FILE_INVALID')) throw error;
    return { reason: 'rules-invalid', detail: [error.what, ...error.problems, error.remedy].join(' ') };
  }
}

async function lookUp(
  branches: Branches,
  items: readonly EligibleItem[],
): Promise<ReadonlyMap<EligibleItem, FolderFacts>> {
  const asked: { item: EligibleItem; folder: string }[] = [];
  for (const item of items) {
    const rules = await readRules(branches, item).catch((error: unknown) => {
      // Said of that card when its turn comes.
      if (!isUnreadable(error)) throw error;
      return null;
    });
    if (rules !== null && 'folder' in rules && rules.folder !== '.') asked.push({ item, folder: rules.folder });
  }
  const facts = await branches.folders(asked.map(({ item, folder }) => ({ commit: item.head, folder })));
  return new Map(asked.flatMap(({ item }, i) => (facts[i] === undefined ? [] : [[item, facts[i]] as const])));
}

function withoutFolder(
  item: EligibleItem,
  { rules, facts }: { rules: RepositorySettings; facts: FolderFacts | undefined },
): Obstacle | null {
  if (facts === undefined) return unreadable(item, `nothing was answered for the folder ${rules.folder}.`);
  if (facts.kind === 'unknown') return unreadable(item, facts.reason);
  if (facts.kind !== 'absent') return null;
  const { what, why = '', remedy } = missingFolder(rules);
  return { reason: 'folder-missing', detail: [what, why, remedy].join(' ') };
}

function isUnreadable(error: unknown): error is WorkerError {
  return isWorkerError(error, 'GITHUB_FAILED') || isWorkerError(error, 'GITHUB_ANSWER_INVALID');
}

function unreadable({ workItem: { branch } }: EligibleItem, said: string): Obstacle {
  return { reason: 'unreadable', detail: `GitHub did not show the rules of "${branch}": ${said}` };
}
