import type { ProjectConfig } from '../config.ts';
import type { BoardItem } from '../ports/github.ts';
import { parseBranchName } from './branch-name.ts';
import type { SkippedCard } from './skip-reason.ts';
import { plainName, quoteName } from './visible-name.ts';

/** A card that names one branch of our repository and stands in the target column. */
export interface WorkItem {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string;
  /** Number of the issue or pull request that the card shows; our comment goes there. */
  readonly subjectNumber: number;
  readonly priority: number | null;
  readonly position: number;
  readonly createdAtMs: number;
  /** When the card was last moved (epoch ms, by GitHub's clock), null where nobody knows. */
  readonly movedAtMs: number | null;
  /** As `movedAtMs` where a person moved it, null where nobody is known to have. */
  readonly movedByPersonAtMs: number | null;
}

export type Classified =
  | { readonly kind: 'candidate'; readonly workItem: WorkItem }
  | { readonly kind: 'skipped'; readonly skipped: SkippedCard };

/** Returns the work item that a card stands for, or the one reason to skip it. Trusts nothing it reads. */
export function classifyItem(item: BoardItem, config: ProjectConfig): Classified {
  const skip = (reason: SkippedCard['reason'], detail: string): Classified => ({
    kind: 'skipped',
    skipped: { itemId: item.id, title: item.title, branch: branchNamed(item, config), reason, detail },
  });
  if (item.archived) return skip('archived', 'The card is archived.');
  if (item.unreadable !== null && (item.status === null || item.status === config.targetStatusColumn)) {
    return skip('unreadable', `GitHub did not show all of this card: ${item.unreadable}`);
  }
  if (item.status !== config.targetStatusColumn) return skip('other-column', columnOf(item, config));
  if (item.type === 'REDACTED') return skip('redacted', 'The token may not see what this card shows.');
  if (item.type === 'DRAFT_ISSUE') return skip('draft-issue', 'Convert the draft to an issue of the repository.');
  const { content } = item;
  if (content === null) return skip('redacted', 'GitHub returned no content for this card.');
  if (content.repository.toLowerCase() !== config.repository.toLowerCase()) {
    return skip('other-repository', `The card belongs to ${content.repository}, not to ${config.repository}.`);
  }
  if (item.type === 'PULL_REQUEST' && content.state !== 'OPEN') {
    return skip('closed', `Pull request #${content.number} is ${content.state.toLowerCase()}.`);
  }
  if (item.type === 'ISSUE' && content.state !== 'OPEN') return skip('closed', `Issue #${content.number} is closed.`);

  const found = branchOf(item, config);
  if (found.kind !== 'branch') return skip(found.reason, found.detail);
  const parsed = parseBranchName(found.name);
  if (!parsed.ok) return skip('invalid-branch', `${quoteName(found.name)}: ${parsed.reason}`);
  return {
    kind: 'candidate',
    workItem: {
      itemId: item.id,
      title: item.title,
      branch: parsed.name,
      subjectNumber: content.number,
      priority: item.priority,
      position: item.position,
      createdAtMs: item.createdAtMs,
      movedAtMs: item.movedAtMs ?? null,
      movedByPersonAtMs: item.movedByPersonAtMs ?? null,
    },
  };
}

/** The valid branch that a card names, whatever else is to be said of it; null when it names none. */
function branchNamed(item: BoardItem, config: ProjectConfig): string | null {
  const found = branchOf(item, config);
  return found.kind === 'branch' && parseBranchName(found.name).ok ? found.name : null;
}

function columnOf({ status }: BoardItem, { targetStatusColumn }: ProjectConfig): string {
  if (status === null) return 'The card has no status.';
  const isTwin = plainName(status) === plainName(targetStatusColumn);
  const hint = isTwin ? `, which only looks like ${quoteName(targetStatusColumn)}` : '';
  return `The card is in ${quoteName(status)}${hint}.`;
}

type FoundBranch =
  | { kind: 'branch'; name: string }
  | { kind: 'none'; reason: 'no-branch' | 'ambiguous-branch' | 'fork'; detail: string };

/** The Branch field, else the pull request's head, else the issue's one linked open pull request or branch. */
function branchOf(item: BoardItem, config: ProjectConfig): FoundBranch {
  const text = item.branchField?.trim() ?? '';
  if (text !== '') return { kind: 'branch', name: text };
  const repository = config.repository.toLowerCase();
  const open = (item.content?.pullRequests ?? []).filter(
    ({ state, repository: base }) => state === 'OPEN' && base.toLowerCase() === repository,
  );
  const own = open.filter(({ headRepository }) => headRepository?.toLowerCase() === repository);
  const names = new Set(own.map(({ headRef }) => headRef));
  if (names.size === 0) {
    for (const branch of item.content?.linkedBranches ?? []) {
      if (branch.repository.toLowerCase() === repository) names.add(branch.name);
    }
  }
  if (item.content?.hasMoreLinks) {
    const detail = `More is linked to the card than can be looked at: put the branch into the field ${quoteName(config.branchField)}.`;
    return { kind: 'none', reason: 'ambiguous-branch', detail };
  }
  const [first, ...others] = [...names];
  if (first !== undefined && others.length === 0) return { kind: 'branch', name: first };
  if (first !== undefined) {
    const detail = `The card is linked to ${[first, ...others].map((name) => `"${name}"`).join(' and ')}: put the right one into the field ${quoteName(config.branchField)}.`;
    return { kind: 'none', reason: 'ambiguous-branch', detail };
  }
  if (open.length > 0) return { kind: 'none', reason: 'fork', detail: 'Its pull request comes from a fork.' };
  return { kind: 'none', reason: 'no-branch', detail: noBranch(item, config) };
}

function noBranch({ branchFieldFault }: BoardItem, { branchField }: ProjectConfig): string {
  if (branchFieldFault === null) return `Fill in the field ${quoteName(branchField)}, or link one open pull request.`;
  return `Link one open pull request, or correct the board: its field ${quoteName(branchField)} ${branchFieldFault}.`;
}
