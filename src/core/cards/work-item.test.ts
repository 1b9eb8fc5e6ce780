import { expect } from 'chai';
import { parseProjectConfig } from '../config.ts';
import type { BoardContent, BoardItem, LinkedPullRequest } from '../ports/github.ts';
import { classifyItem } from './work-item.ts';

const config = parseProjectConfig(
  JSON.stringify({ organization: 'octo', repository: 'app', projectNumber: 1 }),
  'test',
);
const content: BoardContent = {
  id: 'I_1',
  number: 4,
  url: 'u',
  repository: 'octo/app',
  state: 'OPEN',
  pullRequests: [],
  linkedBranches: [],
};
const linked = (over: Partial<LinkedPullRequest>): LinkedPullRequest => ({
  number: 8,
  state: 'OPEN',
  headRef: 'feature/a',
  headRepository: 'octo/app',
  repository: 'octo/app',
  ...over,
});

function card(over: Partial<BoardItem> = {}, inside: Partial<BoardContent> = {}): BoardItem {
  return {
    id: 'PVTI_1',
    type: 'ISSUE',
    title: 'A card',
    archived: false,
    status: 'For Implementation',
    branchField: null,
    priority: null,
    position: 0,
    createdAtMs: 0,
    content: { ...content, ...inside },
    ...over,
  };
}

function branchOf(item: BoardItem): string {
  const result = classifyItem(item, config);
  return result.kind === 'candidate' ? result.workItem.branch : `skipped: ${result.skipped.reason}`;
}

describe('classifyItem', () => {
  const cases: [string, BoardItem, string][] = [
    ['the Branch field, trimmed', card({ branchField: ' feature/a ' }), 'feature/a'],
    ['the Branch field before a linked pull request', card({ branchField: 'b' }, { pullRequests: [linked({})] }), 'b'],
    ["an issue's one linked pull request", card({}, { pullRequests: [linked({})] }), 'feature/a'],
    ["a pull request's own head", card({ type: 'PULL_REQUEST' }, { pullRequests: [linked({})] }), 'feature/a'],
    ['a linked branch', card({}, { linkedBranches: [{ name: 'c', repository: 'octo/app' }] }), 'c'],
    [
      'open pull requests only',
      card({}, { pullRequests: [linked({ state: 'CLOSED' }), linked({ headRef: 'd' })] }),
      'd',
    ],
    [
      'two pull requests of the same branch as one',
      card({}, { pullRequests: [linked({}), linked({ number: 9 })] }),
      'feature/a',
    ],
    ['two branches', card({}, { pullRequests: [linked({}), linked({ headRef: 'd' })] }), 'skipped: ambiguous-branch'],
    ['a fork', card({}, { pullRequests: [linked({ headRepository: 'stranger/app' })] }), 'skipped: fork'],
    ['a deleted fork', card({}, { pullRequests: [linked({ headRepository: null })] }), 'skipped: fork'],
    [
      'a pull request of another repository',
      card({}, { pullRequests: [linked({ repository: 'octo/other' })] }),
      'skipped: no-branch',
    ],
    ['nothing at all', card(), 'skipped: no-branch'],
    ['a branch name like an option', card({ branchField: '--upload-pack=x' }), 'skipped: invalid-branch'],
    ['a card without a status', card({ status: null }), 'skipped: other-column'],
    ['a column that differs in case', card({ status: 'for implementation' }), 'skipped: other-column'],
    ['an archived card', card({ archived: true }), 'skipped: archived'],
    ['a redacted card', card({ type: 'REDACTED', content: null }), 'skipped: redacted'],
    ['a draft issue', card({ type: 'DRAFT_ISSUE', content: null, branchField: 'x' }), 'skipped: draft-issue'],
    ['a closed issue', card({ branchField: 'x' }, { state: 'CLOSED' }), 'skipped: closed'],
    ['a merged pull request', card({ type: 'PULL_REQUEST', branchField: 'x' }, { state: 'MERGED' }), 'skipped: closed'],
    [
      'an issue of another repository',
      card({ branchField: 'x' }, { repository: 'octo/other' }),
      'skipped: other-repository',
    ],
  ];
  for (const [name, item, expected] of cases) {
    it(`reads ${name}: ${expected}`, () => expect(branchOf(item)).to.equal(expected));
  }
});
