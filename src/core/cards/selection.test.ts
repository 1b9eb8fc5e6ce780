import { expect } from 'chai';
import fc from 'fast-check';
import { parseProjectConfig } from '../config.ts';
import type { Ledger } from '../lifecycle/ledger.ts';
import type { LockRow } from '../lock.ts';
import { lockKey } from '../lock.ts';
import type { BranchFacts, InspectedPullRequest, RepositoryFacts } from '../ports/github.ts';
import { compareTurn, selectWorkItems } from './selection.ts';
import type { WorkItem } from './work-item.ts';

const config = parseProjectConfig(
  JSON.stringify({ organization: 'octo', repository: 'app', projectNumber: 1 }),
  'test',
);
const SPEC = {
  folder: '.kiro/specs/x',
  names: ['tasks.md', 'requirements.md', 'design.md'],
  tasks: '- [ ] 1. Do it\n',
  config: null,
  fingerprint: 's1',
};
const PR: InspectedPullRequest = {
  id: 'PR_1',
  number: 5,
  url: 'u',
  isDraft: true,
  headRef: 'x',
  headRepository: 'octo/app',
  baseRef: 'main',
  baseRulesFile: 'r1',
};
const REPOSITORY = {
  nameWithOwner: 'octo/app',
  defaultBranch: 'main',
  rulesFile: 'r1',
  canPush: true,
  isArchived: false,
};
const NOW = 1_000_000;

function item(over: Partial<WorkItem> = {}): WorkItem {
  const branch = over.branch ?? 'x';
  return {
    itemId: `PVTI_${branch}`,
    title: branch,
    branch,
    subjectNumber: 1,
    priority: null,
    position: 0,
    createdAtMs: 0,
    movedAtMs: null,
    movedByPersonAtMs: null,
    ...over,
  };
}

const BOARD = { title: 'Board', canUpdate: true, tokenScopes: null as readonly string[] | null };

function facts(over: Partial<Extract<BranchFacts, { exists: true }>> = {}): BranchFacts {
  return { exists: true, head: 'aaa', rules: [], spec: SPEC, pullRequests: [PR], ...over };
}

function row(over: Partial<LockRow> = {}): LockRow {
  return {
    lockKey: lockKey('octo/app', 'x'),
    branch: 'x',
    status: 'released',
    owner: 'o',
    fence: 1,
    workItemId: 'PVTI_x',
    acquiredAtMs: 0,
    leaseExpiresAtMs: 0,
    startToken: 't',
    buildId: 'b',
    attempts: 1,
    fruitless: 1,
    lastOutcome: 'agent-failed',
    lastHead: 'aaa',
    lastRules: 'r1',
    lastSpec: null,
    releasedAtMs: 0,
    cardOursUntilMs: null,
    pending: null,
    nextEligibleAtMs: 0,
    environment: 'test',
    ...over,
  };
}

function select(
  over: {
    facts?: BranchFacts;
    row?: LockRow;
    ledger?: Ledger;
    item?: Partial<WorkItem>;
    branch?: string;
    hasInProgressColumn?: boolean;
    hasFailedColumn?: boolean;
    repository?: Partial<RepositoryFacts>;
    board?: Partial<typeof BOARD>;
    config?: typeof config;
  } = {},
) {
  const branch = over.branch ?? 'x';
  return selectWorkItems({
    candidates: [item({ branch, ...over.item })],
    branches: new Map([[branch, over.facts ?? facts()]]),
    repository: { ...REPOSITORY, ...over.repository },
    board: { ...BOARD, ...over.board },
    locks: new Map(over.row ? [[over.row.lockKey, over.row]] : []),
    ledgers: new Map(over.ledger ? [[over.ledger.lockKey, over.ledger]] : []),
    damaged: new Map(),
    config: over.config ?? config,
    hasInProgressColumn: over.hasInProgressColumn ?? true,
    hasFailedColumn: over.hasFailedColumn ?? true,
    nowMs: NOW,
  });
}

describe('selectWorkItems', () => {
  it('picks a card whose branch has a valid spec and one open pull request', () => {
    const { eligible, skipped } = select();
    expect(skipped).to.deep.equal([]);
    expect(eligible[0]).to.include({ head: 'aaa', attempt: 1, resetAttempts: true, specFolder: '.kiro/specs/x' });
  });

  const fork = { ...PR, number: 6, headRepository: 'stranger/app' };
  const skipped: [string, Parameters<typeof select>[0], string][] = [
    ['a missing branch', { facts: { exists: false } }, 'branch-missing'],
    ['the default branch', { branch: 'main' }, 'default-branch'],
    [
      'a protected branch',
      { facts: facts({ rules: [{ kind: 'push', source: 'the ruleset "R"' }] }) },
      'protected-branch',
    ],
    ['an archived repository', { repository: { isArchived: true } }, 'read-only'],
    ['a repository that the token may only read', { repository: { canPush: false } }, 'read-only'],
    ['a missing spec', { facts: facts({ spec: null }) }, 'spec-missing'],
    ['an invalid spec', { facts: facts({ spec: { ...SPEC, names: ['tasks.md'] } }) }, 'spec-invalid'],
    [
      'two open pull requests',
      { facts: facts({ pullRequests: [PR, { ...PR, number: 9 }] }) },
      'ambiguous-pull-request',
    ],
    [
      'no pull request where one is required',
      { facts: facts({ pullRequests: [fork] }), config: { ...config, requirePullRequest: true } },
      'no-pull-request',
    ],
    ['a held lock', { row: row({ status: 'held' }) }, 'locked'],
    ['a wait after a failure', { row: row({ nextEligibleAtMs: NOW + 1 }) }, 'backing-off'],
    ['used-up attempts', { row: row({ attempts: 3 }) }, 'attempts-exhausted'],
    [
      'a final ending on a board without another column',
      { row: row({ lastOutcome: 'tests-failed' }), hasInProgressColumn: false },
      'needs-a-person',
    ],
  ];
  for (const [name, input, reason] of skipped) {
    it(`skips ${name}: ${reason}`, () => {
      const result = select(input);
      expect(result.eligible).to.deep.equal([]);
      expect(result.skipped.map((card) => card.reason)).to.deep.equal([reason]);
      expect(result.skipped[0]?.detail).to.match(/\S/);
    });
  }

  it('does not count the pull request of a fork: it opens one of its own', () => {
    expect(select({ facts: facts({ pullRequests: [fork] }) }).eligible[0]?.pullRequest).to.equal(null);
  });

  it('starts attempts over when a person pushed or moved the card since, and for no program', () => {
    const exhausted = row({ attempts: 3, lastHead: 'old', nextEligibleAtMs: NOW + 1 });
    const by = (isByPerson: boolean) => facts({ headCommit: { isByPerson, buildId: null } });
    const over = { attempt: 1, resetAttempts: true };
    expect(select({ row: exhausted, facts: by(true) }).eligible[0]).to.include(over);
    expect(select({ row: exhausted, item: { movedByPersonAtMs: NOW } }).eligible[0]).to.include(over);
    const others = [{}, { facts: by(false) }, { item: { movedByPersonAtMs: 5_000 } }];
    for (const other of others) {
      expect(select({ row: exhausted, ...other }).skipped[0]?.reason).to.equal('attempts-exhausted');
    }
    const same = row({ ...exhausted, lastHead: 'aaa' });
    expect(select({ row: same, facts: by(true) }).skipped[0]?.reason).to.equal('attempts-exhausted');
    expect(select({ row: row({ attempts: 1 }) }).eligible[0]).to.include({ attempt: 2, resetAttempts: false });
    expect(select({ row: row({ attempts: 3, fruitless: 0, lastOutcome: 'partial' }) }).eligible[0]).to.include(over);
  });

  it('needs no clock to see that a card which it had put elsewhere was moved back', () => {
    const ended = { acquiredAtMs: 10_000, releasedAtMs: 20_000, attempts: 3, lastOutcome: 'tests-failed' };
    const failedColumn = { ...config, failedColumn: 'Needs a person' };
    const moved = { row: row(ended), item: { movedByPersonAtMs: 9_500 } };
    expect(select({ ...moved, config: failedColumn }).eligible[0]).to.include({ attempt: 1, resetAttempts: true });
    expect(select(moved).skipped[0]?.reason).to.equal('attempts-exhausted');
    const before = { ...moved, item: { movedByPersonAtMs: 8_000 } };
    expect(select({ ...before, config: failedColumn }).skipped[0]?.reason).to.equal('attempts-exhausted');
  });

  it('starts nothing once the caps are reached, whoever acts, until spec or rules change', () => {
    const basis = { spec: 's1', rules: 'r1' };
    const ledger = { lockKey: lockKey('octo/app', 'x'), builds: 20, agentMinutes: 30, credits: 2, tokens: 0, ...basis };
    const acted = { row: row({ lastHead: 'old' }), item: { movedByPersonAtMs: NOW } };
    const [skipped] = select({ ...acted, ledger }).skipped;
    expect(skipped).to.include({ reason: 'caps-reached' });
    expect(skipped?.detail)
      .to.match(/20 of 20 builds in all/)
      .and.to.include('kiro-worker retry');
    expect(select({ ledger: { ...ledger, builds: 19, credits: 500 } }).skipped[0]?.detail).to.include('500 of 500');
    expect(select({ ledger: { ...ledger, builds: 19 } }).eligible[0]?.used).to.include('19 of 20 builds');

    const other = facts({ spec: { ...SPEC, fingerprint: 's2' } });
    expect(select({ ledger, facts: other }).eligible[0]?.used).to.include('0 of 20 builds');
    expect(select({ ledger: { ...ledger, rules: 'r0' } }).eligible).to.have.length(1);
  });

  it('starts attempts over when the file of the rules has changed, where they come from', () => {
    const over = { attempt: 1, resetAttempts: true };
    const exhausted = (lastRules: string | null) => row({ attempts: 3, lastRules });
    expect(select({ row: exhausted('old') }).eligible[0]).to.include({ ...over, rules: 'r1' });
    expect(select({ row: exhausted('none') }).eligible[0]).to.include(over);
    const gone = select({ row: exhausted('r1'), repository: { rulesFile: null } });
    expect(gone.eligible[0]).to.include({ ...over, rules: 'none' });
    for (const same of ['r1', null]) {
      const [skipped] = select({ row: exhausted(same) }).skipped;
      expect(skipped).to.include({ reason: 'attempts-exhausted' });
      expect(skipped?.detail).to.include('or change .kiro-worker.yml on main, to start over');
    }
  });

  it("looks at the base's rules only where they count", () => {
    const other = facts({ pullRequests: [{ ...PR, baseRef: 'release/1', baseRulesFile: 'r2' }] });
    const rulesWith = (trustedBases: string[]) =>
      select({ facts: other, config: { ...config, trustedBases } }).eligible.map(({ rules }) => rules);
    expect(rulesWith([])).to.deep.equal(['r1']);
    expect(rulesWith(['release/*'])).to.deep.equal(['r2']);
  });

  it('takes a card that a person moved back after a final ending', () => {
    expect(select({ row: row({ lastOutcome: 'tests-failed' }) }).eligible[0]).to.include({ attempt: 2 });
  });

  it('never uses up attempts while the set-up is incomplete, but waits', () => {
    const again = select({ row: row({ lastOutcome: 'setup-incomplete', attempts: 0 }) }).eligible;
    expect(again[0]).to.include({ attempt: 1, resetAttempts: false });
    expect(
      select({ row: row({ lastOutcome: 'setup-incomplete', nextEligibleAtMs: NOW + 1 }) }).skipped[0]?.reason,
    ).to.equal('backing-off');
  });

  it('waits for no time that only a wrong clock can have written', () => {
    const year = 365 * 24 * 3_600_000;
    expect(select({ row: row({ nextEligibleAtMs: NOW + year }) }).eligible).to.have.length(1);
  });

  it('takes one of two cards for the same branch', () => {
    const result = selectWorkItems({
      candidates: [item({ itemId: 'second', position: 2 }), item({ itemId: 'first', position: 1 })],
      branches: new Map([['x', facts()]]),
      repository: REPOSITORY,
      board: BOARD,
      ...{ locks: new Map(), ledgers: new Map(), damaged: new Map() },
      config,
      hasInProgressColumn: true,
      hasFailedColumn: true,
      nowMs: NOW,
    });
    expect(result.eligible.map(({ workItem }) => workItem.itemId)).to.deep.equal(['first']);
    expect(result.skipped.map(({ itemId, reason }) => [itemId, reason])).to.deep.equal([
      ['second', 'duplicate-branch'],
    ]);
  });
});

describe('compareTurn', () => {
  const anyItem = fc.record({
    itemId: fc.string(),
    priority: fc.option(fc.nat(3)),
    position: fc.nat(3),
    createdAtMs: fc.nat(3),
  });

  it('is one consistent order, whatever is missing', () => {
    fc.assert(
      fc.property(anyItem, anyItem, anyItem, (a, b, c) => {
        const [x, y, z] = [item(a), item(b), item(c)];
        expect(Math.sign(compareTurn(x, y))).to.equal(-Math.sign(compareTurn(y, x)) + 0);
        if (compareTurn(x, y) <= 0 && compareTurn(y, z) <= 0) expect(compareTurn(x, z)).to.be.at.most(0);
      }),
    );
  });

  it('puts the most urgent first, then the order of the board', () => {
    const order = [
      item({ itemId: 'late', position: 9 }),
      item({ itemId: 'urgent', priority: 0, position: 8 }),
      item({ itemId: 'early', position: 1 }),
    ];
    expect(order.sort(compareTurn).map(({ itemId }) => itemId)).to.deep.equal(['urgent', 'early', 'late']);
  });
});
