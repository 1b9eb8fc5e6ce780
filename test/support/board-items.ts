import type { BoardContent, BoardItem, LinkedPullRequest } from '../../src/core/ports/github.ts';

/** A card of an open issue of `octo/app` in the target column; it names no branch. */
export function makeBoardItem(item: Partial<BoardItem> = {}, content: Partial<BoardContent> = {}): BoardItem {
  return {
    id: 'PVTI_1',
    type: 'ISSUE',
    title: 'A card',
    archived: false,
    status: 'For Implementation',
    branchField: null,
    branchFieldFault: null,
    priority: null,
    position: 0,
    createdAtMs: 0,
    content: {
      id: 'I_1',
      number: 4,
      url: 'https://github.com/octo/app/issues/4',
      repository: 'octo/app',
      state: 'OPEN',
      pullRequests: [],
      linkedBranches: [],
      hasMoreLinks: false,
      ...content,
    },
    unreadable: null,
    ...item,
  };
}

/** An open pull request of `octo/app` with branch `feature/a`. */
export function makeLinkedPullRequest(part: Partial<LinkedPullRequest> = {}): LinkedPullRequest {
  return {
    number: 8,
    state: 'OPEN',
    headRef: 'feature/a',
    headRepository: 'octo/app',
    repository: 'octo/app',
    ...part,
  };
}
