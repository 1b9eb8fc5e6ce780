import { expect } from 'chai';
import { makeReport } from '../../../test/support/run-report.ts';
import { createFinding } from '../gates/finding.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
import { renderSection } from './pull-request-section.ts';

describe('the section of a pull request', () => {
  it('shows what gates about the change decided, and what they found, also where it only tells', () => {
    const findings = [createFinding('tests/flaky', { path: 'a.test.ts', message: 'It failed <b>at first</b>.' })];
    const secrets = { gate: 'secrets', verdict: 'passed', detail: '3 commits | scanned.', findings } as const;
    const section = renderSection(makeReport({ gates: { ...NO_GATE_RESULTS, secrets }, findings }));
    expect(section)
      .to.contain('### Gates')
      .and.contain('| secrets | passed | 3 commits &#124; scanned. |')
      .and.contain('- **Warning:** a.test.ts: It failed &#60;b&#62;at first');
    expect(renderSection(makeReport({ gates: NO_GATE_RESULTS }))).to.not.contain('### Gates');
  });
});
