import { expect } from 'chai';
import { NO_GATE_RESULTS } from '../core/gates/results.ts';
import { testsGate } from '../core/gates/tests.ts';
import { NO_RESULTS } from '../core/report/run-report.ts';
import { parseTasks, requiredUnits } from '../core/spec/tasks.ts';
import { createRunRecorder } from './run-record.ts';

const UNITS = requiredUnits(parseTasks('- [x] 1. Old\n- [ ] 2. New\n- [ ] 3. Next\n- [ ]* 4. Optional\n'));

describe('the record of a run', () => {
  it('of a run that ended at once contains nothing', () => {
    expect(createRunRecorder().current()).to.deep.equal({
      reached: { stage: 'started' },
      results: NO_RESULTS,
      finishedTasks: 0,
      hasUnknownUse: false,
      agentMs: 0,
      logs: new Map(),
    });
  });

  it('counts what this run finished, and keeps what was done before and what failed', () => {
    const record = createRunRecorder();
    record.planTasks(UNITS);
    const [, second, third] = UNITS;
    if (second === undefined || third === undefined) throw new Error('three units were planned');
    record.updateTask(second, { status: 'done', commit: 'abc' });
    record.updateTask(third, { status: 'failed' });
    const { finishedTasks, results } = record.current();
    expect(finishedTasks).to.equal(1);
    expect(results.tasks.map(({ id, status, commit }) => [id, status, commit])).to.deep.equal([
      ['1', 'already done', null],
      ['2', 'done', 'abc'],
      ['3', 'failed', null],
    ]);
  });

  it('refuses a task that was never planned', () => {
    const [unit] = UNITS;
    if (unit === undefined) throw new Error('a unit was planned');
    expect(() => createRunRecorder().updateTask(unit, { status: 'done' })).to.throw('was not planned');
  });

  it('sums the credits that the agent named, and knows none where it named none', () => {
    const record = createRunRecorder();
    record.addUse({ credits: null, tokens: null, durationMs: 2_000 });
    expect(record.current().results.agentCredits).to.equal(null);
    for (const credits of [1.5, null, 2]) record.addUse({ credits, tokens: null, durationMs: 500 });
    expect(record.current().results.agentCredits).to.equal(3.5);
    expect(record.current()).to.include({ hasUnknownUse: true, agentMs: 3_500 });
  });

  it('knows the use of an agent that counts in tokens alone', () => {
    const record = createRunRecorder();
    for (const tokens of [100, 20]) record.addUse({ credits: null, tokens, durationMs: 1 });
    expect(record.current().results).to.include({ agentCredits: null, agentTokens: 120 });
    expect(record.current()).to.include({ hasUnknownUse: false });
  });

  it('is not changed by what comes later', () => {
    const record = createRunRecorder();
    const before = record.current();
    record.planTasks(UNITS);
    const tests = testsGate.evaluate({
      exitCode: 1,
      endedBy: 'exit',
      reports: [],
      reportProblems: [],
      reportExpected: false,
    });
    record.addGates({ ...NO_GATE_RESULTS, tests });
    record.addLog('test.log', 'FAIL');
    expect(before.logs.size).to.equal(0);
    expect(before.results).to.deep.equal(NO_RESULTS);
    expect(record.current().results.gates.tests?.verdict).to.equal('failed');
    expect(record.current().results.findings).to.deep.equal(tests.findings);
    expect(tests.findings).to.have.length.greaterThan(0);
    record.addGates(NO_GATE_RESULTS);
    expect(record.current().results.findings, 'what is judged anew').to.deep.equal([]);
  });
});
