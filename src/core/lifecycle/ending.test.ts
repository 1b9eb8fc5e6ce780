import { expect } from 'chai';
import fc from 'fast-check';
import { selectWorkItems } from '../cards/selection.ts';
import { parseProjectConfig } from '../config.ts';
import { acquireRow, type LockRow, lockKey, recordBuildInRow, releaseRow } from '../lock.ts';
import { OUTCOME_KINDS, type OutcomeKind, outcomeOf } from '../outcome.ts';
import { endingOf } from './ending.ts';
import { charged, type Ledger, usedSoFar } from './ledger.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const config = parseProjectConfig('{"organization":"octo","repository":"app","projectNumber":1}', 'test');
const KEY = lockKey('octo/app', 'x');
const FREE: OutcomeKind[] = ['setup-incomplete', 'fence-lost', 'service-unavailable', 'baseline-failed'];

interface Run {
  readonly kind: OutcomeKind;
  readonly minutes: number;
  readonly credits: number | null;
  /** A program pushes to the branch, and moves the card, while it runs. */
  readonly hasNoise: boolean;
}

const anyRun: fc.Arbitrary<Run> = fc.record({
  kind: fc.constantFrom(...OUTCOME_KINDS),
  minutes: fc.integer({ min: 0, max: 60 }),
  credits: fc.option(fc.integer({ min: 0, max: 30 })),
  hasNoise: fc.boolean(),
});

/** A board that is polled each minute for some days: whatever may start does, and ends as the next of `runs` without a task. */
function live(runs: readonly Run[], days: number) {
  let row: LockRow | null = null;
  let ledger: Ledger | null = null;
  let head = 0;
  const starts: Array<{ atMs: number; kind: OutcomeKind }> = [];
  for (let nowMs = DAY_MS; nowMs < (days + 1) * DAY_MS && starts.length < 2_000; ) {
    const [item] = look({ row, ledger, head: String(head), nowMs });
    if (item === undefined) {
      const next: number = row?.nextEligibleAtMs ?? 0;
      if (next <= nowMs) break; // Nothing will change any more.
      nowMs = Math.ceil(next / MINUTE_MS) * MINUTE_MS;
      continue;
    }
    const run = runs[starts.length % runs.length];
    if (run === undefined) break;
    starts.push({ atMs: nowMs, kind: run.kind });
    const id = { lockKey: KEY, owner: `o${starts.length}`, branch: 'x', workItemId: 'i', environment: 'test' };
    const asked = { ...id, startToken: 't', leaseMs: 1, nowMs, rules: item.rules, spec: item.spec };
    const held: LockRow | null = acquireRow(row, { ...asked, resetAttempts: item.resetAttempts });
    const built = held && recordBuildInRow(held, { ...held, buildId: `b${starts.length}` });
    if (built === null) throw new Error('the lock was free');
    nowMs += run.minutes * MINUTE_MS;
    if (run.hasNoise) head += 1;
    const cost = {
      durationMs: run.minutes * MINUTE_MS,
      credits: run.credits ?? 0,
      tokens: 0,
      currency: 'credits' as const,
      isUncertain: run.credits === null,
      limit: null,
    };
    const end = { row: built, kind: run.kind, attempt: item.attempt, hasProgress: false, head: String(head) };
    const ending = endingOf({ ...end, cost, config, nowMs });
    row = releaseRow(built, { ...built, ...ending });
    if (ending.charge) ledger = charged(ledger, ending.charge);
    nowMs += MINUTE_MS;
  }
  return { starts, ledger };
}

function look(seen: { row: LockRow | null; ledger: Ledger | null; head: string; nowMs: number }) {
  const names = ['tasks.md', 'requirements.md', 'design.md'];
  const spec = { folder: '.kiro/specs/x', names, tasks: '- [ ] 1. Do it\n', config: null };
  const item = { itemId: 'i', title: 'x', branch: 'x', subjectNumber: 1, priority: null, position: 0, createdAtMs: 0 };
  const headCommit = { isByPerson: false, buildId: null };
  return selectWorkItems({
    candidates: [{ ...item, movedAtMs: null, movedByPersonAtMs: null }],
    branches: new Map([['x', { exists: true, head: seen.head, headCommit, rules: [], spec, pullRequests: [] }]]),
    repository: { nameWithOwner: 'octo/app', defaultBranch: 'main', rulesFile: 'r', canPush: true, isArchived: false },
    locks: new Map(seen.row ? [[KEY, seen.row]] : []),
    ledgers: new Map(seen.ledger ? [[KEY, seen.ledger]] : []),
    damaged: new Map(),
    config,
    hasInProgressColumn: true,
    hasFailedColumn: true,
    board: { title: 'Board', canUpdate: true, tokenScopes: null },
    nowMs: seen.nowMs,
  }).eligible;
}

describe('work that goes nowhere', () => {
  it('stops by itself, whatever its endings are and whatever programs do on the branch meanwhile', () => {
    const { maxAttempts, lifetimeCaps } = config;
    fc.assert(
      fc.property(fc.array(anyRun, { minLength: 1, maxLength: 30 }), (runs) => {
        const { starts, ledger } = live(runs, 10);
        const counting = starts.filter(({ kind }) => outcomeOf(kind).countsAttempt);
        expect(counting.length, 'attempts').to.be.at.most(maxAttempts);
        const paid = starts.filter(({ kind }) => !FREE.includes(kind));
        expect(paid.length, 'builds').to.be.at.most(lifetimeCaps.builds);
        // Each waits ten minutes at least, those that are nobody's fault an hour from the fourth on.
        for (const { atMs } of starts) {
          const sameDay = starts.filter((other) => other.atMs >= atMs && other.atMs < atMs + DAY_MS);
          expect(sameDay.length, 'starts in a day').to.be.at.most(28);
        }
        const longest = 60;
        expect(ledger?.agentMinutes ?? 0).to.be.at.most(lifetimeCaps.agentMinutes + longest);
      }),
      { numRuns: 200 },
    );
  });

  it('waits twice as long each time when people keep stopping its builds', () => {
    const { starts } = live([{ kind: 'cancelled', minutes: 0, credits: 0, hasNoise: false }], 30);
    const waits = starts.slice(1).map(({ atMs }, at) => Math.round((atMs - (starts[at]?.atMs ?? 0)) / MINUTE_MS));
    expect(waits.slice(0, 4)).to.deep.equal([10, 20, 40, 80]);
    expect(Math.max(...waits)).to.equal(24 * 60);
    expect(starts.length).to.be.at.most(config.lifetimeCaps.builds);
  });
});

describe('the ending of a run', () => {
  const asked = { lockKey: KEY, owner: 'o', branch: 'x', workItemId: 'i', environment: 'test', startToken: 't' };
  const held = acquireRow(null, { ...asked, leaseMs: 1, nowMs: 0, resetAttempts: true, rules: 'r', spec: 's' });
  if (held === null) throw new Error('the lock was free');
  const row: LockRow = { ...held, attempts: 2, fruitless: 4 };
  const cost = {
    ...{ durationMs: 90_000, credits: 3, tokens: 0, currency: 'credits' as const },
    ...{ isUncertain: false, limit: null },
  };
  const end = (over: Partial<Parameters<typeof endingOf>[0]> = {}) =>
    endingOf({ row, kind: 'agent-failed', attempt: 2, hasProgress: false, head: 'h', cost, config, nowMs: 0, ...over });

  it('waits no more after a pushed task', () => {
    const at = { fruitless: 0, nextEligibleAtMs: 0 };
    expect(end({ kind: 'partial', hasProgress: true })).to.include(at);
    expect(end({ kind: 'branch-moved', hasProgress: true })).to.include(at);
  });

  it('gives back the attempt of an ending that is nobody’s fault, and waits all the same', () => {
    expect(end()).to.include({ attempts: 2, fruitless: 5, nextEligibleAtMs: 160 * MINUTE_MS });
    expect(end({ kind: 'service-unavailable' })).to.include({
      attempts: 1,
      fruitless: 5,
      nextEligibleAtMs: 60 * MINUTE_MS,
    });
  });

  it('charges the build’s own minutes, and credits that nobody reported as the limit of the run', () => {
    const use = (over: Parameters<typeof end>[0]) => end(over).charge?.use;
    expect(use({})).to.deep.equal({ builds: 1, agentMinutes: 1.5, credits: 3, tokens: 0 });
    expect(use({ cost: { ...cost, isUncertain: true, limit: 40 } })?.credits).to.equal(40);
    expect(use({ cost: { ...cost, isUncertain: true, limit: 2 } })?.credits).to.equal(3);
    expect(use({ cost: { ...cost, isUncertain: true } })?.credits).to.equal(25);
    const outage = use({ kind: 'service-unavailable', cost: { ...cost, isUncertain: true } });
    expect(outage).to.deep.equal({ builds: 0, agentMinutes: 1.5, credits: 3, tokens: 0 });
    const ofTokens = { ...cost, credits: 0, tokens: 500, currency: 'tokens' as const };
    expect(use({ cost: ofTokens })).to.include({ credits: 0, tokens: 500 });
    expect(use({ cost: { ...ofTokens, isUncertain: true, limit: 9_000 } })).to.include({ credits: 0, tokens: 9_000 });
    expect(use({ cost: { ...ofTokens, isUncertain: true } })).to.include({ credits: 0, tokens: 5_000_000 });
    expect(end().charge).to.deep.include({ lockKey: KEY, basis: { spec: 's', rules: 'r' } });
  });

  it('adds up on the ledger under one spec and one set of rules', () => {
    const { charge } = end();
    if (charge === undefined) throw new Error('it is charged');
    const twice = charged(charged(null, charge), charge);
    expect(usedSoFar(twice, charge.basis)).to.deep.equal({ builds: 2, agentMinutes: 3, credits: 6, tokens: 0 });
    expect(usedSoFar(twice, { ...charge.basis, rules: 'other' }).builds).to.equal(0);
  });
});
