import { expect } from 'chai';
import { destinationsOf, isOurs } from './cards/card-column.ts';
import { parseProjectConfig } from './config.ts';
import { isOutcomeKind, nextEligibleAtMs, OUTCOME_KINDS, outcomeOf } from './outcome.ts';

const config = parseProjectConfig(
  JSON.stringify({
    organization: 'o',
    repository: 'r',
    projectNumber: 1,
    failedColumn: 'Needs a person',
    maxAttempts: 2,
  }),
  'test',
);

describe('outcomes', () => {
  it('has nineteen endings, each with words and a remedy', () => {
    expect(OUTCOME_KINDS).to.have.length(19);
    for (const kind of OUTCOME_KINDS) {
      expect(outcomeOf(kind).words, kind).to.match(/^[A-Z].*\.$/);
      expect(outcomeOf(kind).remedy, kind).to.match(/\.$/);
    }
  });

  it('gives every failure an exit code of its own, and 0 only to what went well', () => {
    const failing = OUTCOME_KINDS.map(outcomeOf).filter(({ exitCode }) => exitCode !== 0);
    expect(new Set(failing.map(({ exitCode }) => exitCode)).size).to.equal(failing.length);
    expect(OUTCOME_KINDS.filter((kind) => outcomeOf(kind).exitCode === 0)).to.deep.equal([
      'completed',
      'nothing-to-do',
    ]);
  });

  it('never restarts attempts for an ending that could repeat itself without any progress', () => {
    expect(OUTCOME_KINDS.filter((kind) => outcomeOf(kind).restartsAttempts)).to.deep.equal([
      'partial',
      'branch-moved',
      'cancelled',
    ]);
  });

  it('doubles the wait with each attempt, up to a day, and does not wait after progress', () => {
    const wait = (kind: 'agent-failed' | 'partial' | 'setup-incomplete', attempts: number) =>
      nextEligibleAtMs({ kind, attempts, backoffMs: 60_000, nowMs: 0 });
    expect([1, 2, 3].map((attempts) => wait('agent-failed', attempts))).to.deep.equal([60_000, 120_000, 240_000]);
    expect(wait('agent-failed', 40)).to.equal(24 * 60 * 60 * 1000);
    expect(wait('partial', 5)).to.equal(0);
    expect([1, 9].map((attempts) => wait('setup-incomplete', attempts))).to.deep.equal([180_000, 180_000]);
  });

  it('distinguishes a stored text from an ending', () => {
    expect(isOutcomeKind('completed')).to.equal(true);
    for (const text of [null, '', 'toString', '__proto__', 'not-started']) expect(isOutcomeKind(text)).to.equal(false);
  });
});

describe('the card after an ending', () => {
  const to = (kind: Parameters<typeof outcomeOf>[0], attempt = 1) => destinationsOf({ kind, attempt, config });

  it('goes to review when it is completed, and back to be started when a retry may help', () => {
    expect(to('completed')).to.deep.equal(['In Review']);
    expect(to('agent-failed')).to.deep.equal(['For Implementation']);
  });

  it('goes to the failed column when only a person can help, also after the last attempt', () => {
    expect(to('tests-failed')).to.deep.equal(['Needs a person', 'For Implementation']);
    expect(to('agent-failed', 2)).to.deep.equal(['Needs a person', 'For Implementation']);
    expect(to('partial', 9)).to.deep.equal(['For Implementation']);
  });

  it('goes back where it came from when there is no failed column', () => {
    const without = { ...config, failedColumn: null };
    expect(destinationsOf({ kind: 'tests-failed', attempt: 1, config: without })).to.deep.equal(['For Implementation']);
    expect(destinationsOf({ kind: 'agent-failed', attempt: 2, config: without })).to.deep.equal(['For Implementation']);
  });

  it('stays where a person has put it', () => {
    expect(to('cancelled')).to.deep.equal([]);
    expect(isOurs('Done', config)).to.equal(false);
    expect(isOurs(null, config)).to.equal(false);
    expect(isOurs('In Progress', config)).to.equal(true);
  });
});
