import { expect } from 'chai';
import { createFinding, type Finding } from './finding.ts';
import { applyPolicy, CONFIGURABLE, isConfigurable, resultByPolicy, verdictOfFindings } from './policy.ts';
import { RULES } from './rules.ts';

const FLAKY = createFinding('tests/flaky', { message: 'The test "a" failed at first.' });
const OTHER = createFinding('changes/steering', { message: 'AGENTS.md changed.' });

describe('policies', () => {
  it('have a default for each rule that can be configured, each of which is described', () => {
    for (const [rule, policy] of Object.entries(CONFIGURABLE)) {
      expect(Object.hasOwn(RULES, rule), rule).to.equal(true);
      expect(policy).to.be.oneOf(['block', 'tell', 'off']);
      expect(isConfigurable(rule)).to.equal(true);
    }
  });

  it('make findings errors, leave them as what they inform of, or drop them', () => {
    const severities = (policy: 'block' | 'tell' | 'off') =>
      applyPolicy([FLAKY], { 'tests/flaky': policy }).map(({ severity }) => severity);
    expect([severities('block'), severities('tell'), severities('off')]).to.deep.equal([['error'], ['warning'], []]);
    expect(applyPolicy([FLAKY], {})).to.deep.equal([FLAKY]);
  });

  it('make a finding that tells no error, whatever its rule is by itself', () => {
    const [told] = applyPolicy([{ ...FLAKY, severity: 'error' }], { 'tests/flaky': 'tell' });
    expect(told?.severity).to.equal('warning');
  });

  it('leave findings of other rules as they are', () => {
    expect(applyPolicy([OTHER], { 'tests/flaky': 'off' })).to.deep.equal([OTHER]);
  });

  it('decide the verdict of a gate: what tells never fails it', () => {
    const result = (policy: 'block' | 'tell' | 'off') =>
      resultByPolicy({ gate: 'tests', detail: 'd', findings: [FLAKY] }, { 'tests/flaky': policy });
    expect(result('tell')).to.deep.equal({ gate: 'tests', verdict: 'passed', detail: 'd', findings: [FLAKY] });
    expect(result('off').findings).to.deep.equal([]);
    expect(result('block').verdict).to.equal('failed');
  });

  it('call a gate unknown that failed for nothing but having seen too little', () => {
    const error: Finding = { ...OTHER, severity: 'error' };
    expect([verdictOfFindings([]), verdictOfFindings([OTHER]), verdictOfFindings([OTHER, error])]).to.deep.equal([
      'passed',
      'passed',
      'failed',
    ]);
  });
});
