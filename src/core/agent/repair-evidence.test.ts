import { expect } from 'chai';
import { makeCoverageResult, makeTestsResult } from '../../../test/support/run-report.ts';
import { createFinding } from '../gates/finding.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
import type { CommandFailure } from '../repository/command-failure.ts';
import { evidenceOf, type FailedGates, failuresOf } from './repair-evidence.ts';

const red = (...names: string[]) =>
  makeTestsResult({
    verdict: 'failed',
    failedTests: names.map((name) => ({ name, message: `no: ${name}\n  at a.ts:1` })),
  });

function failed(parts: Partial<FailedGates> = {}): FailedGates {
  return {
    kind: 'tests-failed',
    detail: '2 of 3 tests failed.',
    gates: { ...NO_GATE_RESULTS, tests: red('adds', 'divides') },
    failure: null,
    tolerated: new Map(),
    ...parts,
  };
}

const FAILURE: CommandFailure = {
  ...{
    name: 'test',
    command: 'npm test',
    source: 'here',
    ended: 'exit code 1',
    what: 'It failed.',
    why: 'line 1\nline 2',
  },
  ...{ remedy: 'Mend it.', yaml: null, sign: null, actsNext: null },
};

describe('the evidence for a repair', () => {
  it('has the names and messages of failed tests, and the last lines of their command', () => {
    expect(evidenceOf(failed({ failure: FAILURE }))).to.equal(
      [
        '2 of 3 tests failed.',
        'Command (test): npm test; it ended with exit code 1.',
        'Failing test: adds\n    no: adds\n      at a.ts:1',
        'Failing test: divides\n    no: divides\n      at a.ts:1',
        'Last lines of its output:\n    line 1\n    line 2',
      ].join('\n\n'),
    );
  });

  it('leaves out what failed before, as far as the rules allow that', () => {
    const tolerated = new Map([['adds', 1]]);
    expect(evidenceOf(failed({ tolerated })))
      .to.include('divides')
      .and.not.include('adds');
    const twice = failed({ tolerated, gates: { ...NO_GATE_RESULTS, tests: red('adds', 'adds') } });
    expect(evidenceOf(twice), 'one more than before').to.include('adds');
  });

  it('has what gates about the change block, with places and remedies, and not what they tell', () => {
    const told = createFinding('tests/flaky', { message: 'Told.' });
    const blocking = createFinding('agent/protected-path', { path: 'a.ts', line: 3, message: 'No.' });
    const secrets = { gate: 'secrets', verdict: 'failed', detail: 'd', findings: [told, blocking] } as const;
    const gates = { ...NO_GATE_RESULTS, tests: makeTestsResult(), secrets };
    const evidence = evidenceOf(failed({ kind: 'gate-failed', detail: 'secrets: d', gates }));
    expect(evidence).to.include('agent/protected-path: a.ts:3: No. Make that change by hand').and.not.include('Told.');
  });

  it('stays bounded, whatever the branch writes', () => {
    const names = Array.from({ length: 200 }, (_, at) => `${at} ${'x'.repeat(300)}`);
    const tests = makeTestsResult({ failedTests: names.map((name) => ({ name, message: 'y'.repeat(4000) })) });
    expect(evidenceOf(failed({ gates: { ...NO_GATE_RESULTS, tests } })).length).to.be.at.most(16_000);
  });
});

describe('the failures of a head', () => {
  it('are the same whatever else is counted, and others with each name', () => {
    const one = failuresOf(failed({ detail: '2 of 3 tests failed.' }));
    const reordered = { ...NO_GATE_RESULTS, tests: red('divides', 'adds') };
    expect(failuresOf(failed({ detail: '2 of 9 tests failed.', gates: reordered }))).to.deep.equal(one);
    expect(failuresOf(failed({ gates: { ...NO_GATE_RESULTS, tests: red('adds') } }))).to.not.deep.equal(one);
  });

  it('are told by how the command ended where no test is named', () => {
    const of = (ended: string) =>
      failuresOf(failed({ gates: { ...NO_GATE_RESULTS, tests: red() }, failure: { ...FAILURE, ended } }));
    expect(of('exit code 1')).to.not.deep.equal(of('exit code 2'));
  });

  it('are others with another figure, or another finding', () => {
    const coverage = (linesPct: number) => {
      const gates = { ...NO_GATE_RESULTS, coverage: makeCoverageResult({ verdict: 'failed', linesPct }) };
      return failuresOf(failed({ kind: 'coverage-below', gates }));
    };
    expect(coverage(70)).to.not.deep.equal(coverage(71));
    const finding = (path: string) => {
      const findings = [createFinding('agent/protected-path', { path, message: 'No.' })];
      const secrets = { gate: 'secrets', verdict: 'failed', detail: 'd', findings } as const;
      return failuresOf(failed({ kind: 'gate-failed', gates: { ...NO_GATE_RESULTS, secrets } }));
    };
    expect(finding('a.ts')).to.not.deep.equal(finding('b.ts'));
  });
});
