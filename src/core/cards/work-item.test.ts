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
  return result.kind === 'candidate' ? result.workItem.branch : `left out: ${result.leftOut.reason}`;
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
    ['two branches', card({}, { pullRequests: [linked({}), linked({ headRef: 'd' })] }), 'left out: ambiguous-branch'],
    ['a fork', card({}, { pullRequests: [linked({ headRepository: 'stranger/app' })] }), 'left out: fork'],
    ['a deleted fork', card({}, { pullRequests: [linked({ headRepository: null })] }), 'left out: fork'],
    [
      'a pull request of another repository',
      card({}, { pullRequests: [linked({ repository: 'octo/other' })] }),
      'left out: no-branch',
    ],
    ['nothing at all', card(), 'left out: no-branch'],
    ['a branch name like an option', card({ branchField: '--upload-pack=x' }), 'left out: invalid-branch'],
    ['a card without a status', card({ status: null }), 'left out: other-column'],
    ['a column that differs in case', card({ status: 'for implementation' }), 'left out: other-column'],
    ['an archived card', card({ archived: true }), 'left out: archived'],
    ['a redacted card', card({ type: 'REDACTED', content: null }), 'left out: redacted'],
    ['a draft issue', card({ type: 'DRAFT_ISSUE', content: null, branchField: 'x' }), 'left out: draft-issue'],
    ['a closed issue', card({ branchField: 'x' }, { state: 'CLOSED' }), 'left out: closed'],
    [
      'a merged pull request',
      card({ type: 'PULL_REQUEST', branchField: 'x' }, { state: 'MERGED' }),
      'left out: closed',
    ],
    [
      'an issue of another repository',
      card({ branchField: 'x' }, { repository: 'octo/other' }),
      'left out: other-repository',
    ],
  ];
  for (const [name, item, expected] of cases) {
    it(`reads ${name}: ${expected}`, () => expect(branchOf(item)).to.equal(expected));
  }
});
