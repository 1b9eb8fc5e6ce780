import { expect } from 'chai';
import { destinationsOf, isOurs } from './cards/card-column.ts';
import { parseProjectConfig } from './config.ts';
import { isOutcomeKind, OUTCOME_KINDS, outcomeOf } from './outcome.ts';

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
  it('has twenty-four endings, each with words and a remedy', () => {
    expect(OUTCOME_KINDS).to.have.length(24);
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

  it('holds nothing against a work item that is not at fault, or that nothing was spent on', () => {
    const notAtFault = OUTCOME_KINDS.filter((kind) => !outcomeOf(kind).countsBuild);
    expect(notAtFault).to.have.members(['setup-incomplete', 'fence-lost', 'service-unavailable', 'baseline-failed']);
    expect(notAtFault.filter((kind) => outcomeOf(kind).countsAttempt)).to.deep.equal([]);
  });

  it('counts as failed what somebody has to look at, and as neither what is no verdict', () => {
    const kindsThat = (countsAs: string) => OUTCOME_KINDS.filter((kind) => outcomeOf(kind).countsAs === countsAs);
    expect(kindsThat('completed')).to.have.members(['completed', 'nothing-to-do']);
    expect(kindsThat('neither')).to.have.members([
      'partial',
      'branch-moved',
      'cancelled',
      'service-unavailable',
      'fence-lost',
      'setup-incomplete',
    ]);
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

  it('goes to the failed column when its build was stopped', () => {
    expect(to('cancelled')).to.deep.equal(['Needs a person', 'For Implementation']);
  });

  it('stays where a person has put it', () => {
    expect(to('fence-lost')).to.deep.equal([]);
    expect(isOurs('Done', config)).to.equal(false);
    expect(isOurs(null, config)).to.equal(false);
    expect(isOurs('In Progress', config)).to.equal(true);
  });
});
