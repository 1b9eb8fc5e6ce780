import { expect } from 'chai';
import { makeBoardItem, makeLinkedPullRequest } from '../../../test/support/board-items.ts';
import { parseProjectConfig } from '../config.ts';
import type { BoardItem } from '../ports/github.ts';
import { classifyItem } from './work-item.ts';

const config = parseProjectConfig(
  JSON.stringify({ organization: 'octo', repository: 'app', projectNumber: 1 }),
  'test',
);

function branchOf(item: BoardItem): string {
  const result = classifyItem(item, config);
  return result.kind === 'candidate' ? result.workItem.branch : `skipped: ${result.skipped.reason}`;
}

describe('classifyItem', () => {
  const cases: [string, BoardItem, string][] = [
    ['the Branch field, trimmed', makeBoardItem({ branchField: ' feature/a ' }), 'feature/a'],
    [
      'the Branch field before a linked pull request',
      makeBoardItem({ branchField: 'b' }, { pullRequests: [makeLinkedPullRequest({})] }),
      'b',
    ],
    [
      "an issue's one linked pull request",
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({})] }),
      'feature/a',
    ],
    [
      "a pull request's own head",
      makeBoardItem({ type: 'PULL_REQUEST' }, { pullRequests: [makeLinkedPullRequest({})] }),
      'feature/a',
    ],
    ['a linked branch', makeBoardItem({}, { linkedBranches: [{ name: 'c', repository: 'octo/app' }] }), 'c'],
    [
      'open pull requests only',
      makeBoardItem(
        {},
        { pullRequests: [makeLinkedPullRequest({ state: 'CLOSED' }), makeLinkedPullRequest({ headRef: 'd' })] },
      ),
      'd',
    ],
    [
      'two pull requests of the same branch as one',
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({}), makeLinkedPullRequest({ number: 9 })] }),
      'feature/a',
    ],
    [
      'two branches',
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({}), makeLinkedPullRequest({ headRef: 'd' })] }),
      'skipped: ambiguous-branch',
    ],
    [
      'a fork',
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({ headRepository: 'stranger/app' })] }),
      'skipped: fork',
    ],
    [
      'a deleted fork',
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({ headRepository: null })] }),
      'skipped: fork',
    ],
    [
      'a pull request of another repository',
      makeBoardItem({}, { pullRequests: [makeLinkedPullRequest({ repository: 'octo/other' })] }),
      'skipped: no-branch',
    ],
    ['nothing at all', makeBoardItem(), 'skipped: no-branch'],
    ['a branch name like an option', makeBoardItem({ branchField: '--upload-pack=x' }), 'skipped: invalid-branch'],
    ['a card without a status', makeBoardItem({ status: null }), 'skipped: other-column'],
    ['a column that differs in case', makeBoardItem({ status: 'for implementation' }), 'skipped: other-column'],
    ['a card with a hole', makeBoardItem({ unreadable: 'no right', branchField: 'x' }), 'skipped: unreadable'],
    ['a hole where the column stood', makeBoardItem({ unreadable: 'no right', status: null }), 'skipped: unreadable'],
    ['a hole in another column', makeBoardItem({ unreadable: 'no right', status: 'Done' }), 'skipped: other-column'],
    ['more links than are read', makeBoardItem({}, { hasMoreLinks: true }), 'skipped: ambiguous-branch'],
    ['a branch of its own beside many links', makeBoardItem({ branchField: 'x' }, { hasMoreLinks: true }), 'x'],
    ['an archived card', makeBoardItem({ archived: true }), 'skipped: archived'],
    ['a redacted card', makeBoardItem({ type: 'REDACTED', content: null }), 'skipped: redacted'],
    ['a draft issue', makeBoardItem({ type: 'DRAFT_ISSUE', content: null, branchField: 'x' }), 'skipped: draft-issue'],
    ['a closed issue', makeBoardItem({ branchField: 'x' }, { state: 'CLOSED' }), 'skipped: closed'],
    [
      'a merged pull request',
      makeBoardItem({ type: 'PULL_REQUEST', branchField: 'x' }, { state: 'MERGED' }),
      'skipped: closed',
    ],
    [
      'an issue of another repository',
      makeBoardItem({ branchField: 'x' }, { repository: 'octo/other' }),
      'skipped: other-repository',
    ],
  ];
  for (const [name, item, expected] of cases) {
    it(`reads ${name}: ${expected}`, () => expect(branchOf(item)).to.equal(expected));
  }

  it('says what is wrong with the field where that is why there is no branch', () => {
    const classified = classifyItem(makeBoardItem({ branchFieldFault: 'is of type SINGLE_SELECT' }), config);
    const detail = classified.kind === 'skipped' ? classified.skipped.detail : '';
    expect(detail).to.include('"Branch" is of type SINGLE_SELECT').and.to.not.include('Fill in');
  });

  it('says of a column that only looks like the wanted one how it differs', () => {
    const classified = classifyItem(makeBoardItem({ status: 'For Implementation\u200b' }), config);
    const detail = classified.kind === 'skipped' ? classified.skipped.detail : '';
    expect(detail).to.include('\\u{200b}').and.to.include('only looks like');
  });
});
