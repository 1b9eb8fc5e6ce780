import type { ProjectConfig } from '../config.ts';
import type { BoardItem } from '../ports/github.ts';
import { parseBranchName } from './branch-name.ts';
import type { SkippedCard } from './skip-reason.ts';

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
  /** When a person last moved the card (epoch ms), null where nobody is known to have. */
  readonly movedByPersonAtMs: number | null;
}

export type Classified =
  | { readonly kind: 'candidate'; readonly workItem: WorkItem }
  | { readonly kind: 'skipped'; readonly skipped: SkippedCard };

/** Returns the work item that a card stands for, or the one reason to skip it. Trusts nothing it reads. */
export function classifyItem(item: BoardItem, config: ProjectConfig): Classified {
  const skip = (reason: SkippedCard['reason'], detail: string): Classified => ({
    kind: 'skipped',
    skipped: { itemId: item.id, title: item.title, branch: null, reason, detail },
  });
  if (item.archived) return skip('archived', 'The card is archived.');
  if (item.status !== config.targetStatusColumn) {
    return skip('other-column', item.status === null ? 'The card has no status.' : `The card is in "${item.status}".`);
  }
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
  if (!parsed.ok) return skip('invalid-branch', `${quote(found.name)}: ${parsed.reason}`);
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
      movedByPersonAtMs: item.movedByPersonAtMs ?? null,
    },
  };
}

/** The name in quotes, with invisible characters spelt out. */
function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100)).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
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
  const [first, ...others] = [...names];
  if (first !== undefined && others.length === 0) return { kind: 'branch', name: first };
  if (first !== undefined) {
    const detail = `The card is linked to ${[first, ...others].map((name) => `"${name}"`).join(' and ')}: put the right one into the field "${config.branchField}".`;
    return { kind: 'none', reason: 'ambiguous-branch', detail };
  }
  if (open.length > 0) return { kind: 'none', reason: 'fork', detail: 'Its pull request comes from a fork.' };
  const detail = `Fill in the field "${config.branchField}", or link one open pull request.`;
  return { kind: 'none', reason: 'no-branch', detail };
}
