import { expect } from 'chai';
import { makeReport } from '../../../test/support/run-report.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
import { renderSection } from '../report/pull-request-section.ts';
import { resultFiles } from '../report/run-artifacts.ts';
import { parseTasks } from '../spec/tasks.ts';
import { readRequirementsFile } from './criteria.ts';
import { evidenceGate } from './gate.ts';

const SPEC = '### Requirement 1\n#### Acceptance Criteria\n1. WHEN <b>a</b> | b THEN c\n2. WHEN d\n3. WHEN e\n';
const TASKS = '- [x] 1. Sign in\n  - _Requirements: 1.1, 1.2, 8.8_\n';

const evaluate = (policies = {}) =>
  evidenceGate.evaluate({
    criteria: readRequirementsFile(SPEC, '.kiro/specs/a/requirements.md'),
    tasks: parseTasks(TASKS),
    properties: new Map(),
    reported: [
      { name: 'Requirement 1.1: <img src=x> begins', state: 'passed' },
      { name: 'Requirement 1.2: ends', state: 'failed' },
    ],
    testsOfUnit: new Map(),
    policies,
  });

describe('evidenceGate', () => {
  it('tells by default, one finding for all that is unknown', () => {
    const { verdict, detail, findings } = evaluate();
    expect(verdict).to.equal('passed');
    expect(detail).to.equal("3 criteria: 1 PASS, 1 FAIL, 1 UNKNOWN, as the branch's own tests report.");
    expect(findings.map(({ rule, severity, line, message }) => [rule, severity, line, message])).to.deep.equal([
      ['evidence/failed', 'warning', 4, 'Criterion 1.2: 1 of 1 test failed, such as "Requirement 1.2: ends".'],
      ['evidence/unknown', 'notice', undefined, 'Of 3 criteria, no passed test shows 1.3 (no task refers to it).'],
      ['evidence/reference', 'notice', undefined, 'The spec has no criterion 8.8.'],
    ]);
  });

  it('blocks where the rules say so', () => {
    expect(evaluate({ 'evidence/unknown': 'block', 'evidence/failed': 'off' }).verdict).to.equal('unknown');
    expect(evaluate({ 'evidence/failed': 'block' }).verdict).to.equal('failed');
  });

  it('says where a spec has no numbered criteria', () => {
    const { verdict, detail, rows } = evidenceGate.evaluate({
      criteria: [],
      tasks: parseTasks(''),
      properties: new Map(),
      reported: null,
      testsOfUnit: new Map(),
      policies: {},
    });
    expect({ verdict, detail, rows }).to.deep.equal({
      verdict: 'passed',
      detail: 'The spec has no numbered criteria.',
      rows: [],
    });
  });

  it('is shown in the pull request and among the files, on the word of whom it stands, and nothing in it is markup', () => {
    const report = makeReport({ gates: { ...NO_GATE_RESULTS, evidence: evaluate() } });
    const section = renderSection(report);
    expect(section)
      .to.contain("Reported by the branch's own tests")
      .and.contain(
        '| 1.1 | WHEN &#60;b&#62;a&#60;/b&#62; &#124; b THEN c | PASS | 1 test passed: Requirement 1.1: &#60;img src=x&#62; begins |',
      )
      .and.contain('| 1.3 | WHEN e | UNKNOWN | no task refers to it |');
    const { criteria } = JSON.parse(resultFiles(report)['reports/evidence.json'] ?? '');
    expect(criteria.map(({ id, verdict }: { id: string; verdict: string }) => [id, verdict])).to.deep.equal([
      ['1.1', 'PASS'],
      ['1.2', 'FAIL'],
      ['1.3', 'UNKNOWN'],
    ]);
  });
});
