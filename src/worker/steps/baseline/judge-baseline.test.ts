import { expect } from 'chai';
import { itInRehearsal, telling } from '../../../../test/left-to-rehearsal.ts';
import { createBaselineScene, type Files, type JudgeOptions } from '../../../../test/support/scenes/baseline.ts';

/** Writes both reports; `red` names the tests that fail, `covered` says how many of 10 lines are covered. */
const program = ({ red = [] as string[], covered = 9, say = '', exit = null as number | null } = {}) => `
import fs from 'node:fs';
fs.appendFileSync(process.env.CALLS, (process.argv[2] ?? 'test') + '\\n');
const red = ${JSON.stringify(red)};
fs.mkdirSync('reports', { recursive: true });
fs.writeFileSync('reports/junit.xml', '<testsuite><testcase name="ok"/>' + red.map((name) => '<testcase name="' + name + '"><failure message="no"/></testcase>').join('') + '</testsuite>');
fs.writeFileSync('reports/lcov.info', 'SF:a.js\\nLF:10\\nLH:${covered}\\nend_of_record\\n');
console.log(${JSON.stringify(say)});
process.exitCode = ${exit ?? 'red.length > 0 ? 1 : 0'};
`;
const REPORTS = 'reports: {tests: reports/junit.xml, coverage: reports/lcov.info}\n';
const RULES = `install: false\ntest: node check.mjs\ncoverage: false\n${REPORTS}`;
const branch = (options?: Parameters<typeof program>[0], more: Files = {}): Files => ({
  'check.mjs': program(options),
  'test/a.test.mjs': '// a test\n',
  ...more,
});

describe('the base line', () => {
  let scene: Awaited<ReturnType<typeof createBaselineScene>>;
  afterEach(() => scene.close());
  const open = async (files: Files) => {
    scene = await createBaselineScene(files);
  };
  const judge = (options: JudgeOptions = {}) => scene.judge({ rules: RULES, ...options });

  itInRehearsal('passes once for each commit, rules, tools and worker', async () => {
    await open(branch());
    const first = await judge();
    expect([first.state.stage, first.calls, first.findings]).to.deep.equal(['prepared', ['test'], []]);
    expect(first.logs).to.deep.equal(['baseline-test.log']);
    expect((await judge()).calls, 'stored').to.deep.equal([]);
    const rules = `${RULES}coverageThreshold: 85\n`;
    const others = [{ rules }, { tools: ['node v26'] }, { release: 'r2' }, { commandEnv: { TEST_COMMAND: 'x' } }];
    for (const other of telling(2, others))
      expect((await judge(other)).calls, JSON.stringify(other)).to.deep.equal(['test']);
    await scene.pushForeign({ 'b.txt': 'b' });
    expect((await judge()).calls, 'another commit').to.deep.equal(['test']);
  });

  it('that is red twice ends the run with names, lines and what to write, and is stored', async () => {
    await open(branch({ red: ['adds two', 'subtracts'], say: 'token s3cret' }));
    const { state, calls } = await judge();
    expect(calls).to.deep.equal(['test', 'test']);
    if (state.stage !== 'ended') throw new Error('it went on');
    expect(state.kind).to.equal('baseline-failed');
    expect(state.detail).to.match(/2 of 3 tests failed.*\n- adds two\n- subtracts$/s);
    expect(state.failure).to.deep.include({
      ...{ name: 'test', command: 'node check.mjs', source: 'written in the rules', ended: 'exit code 1' },
      why: 'token ***',
    });
    expect(state.remedy).to.include('baseline:\n  allowFailures:\n    - "adds two"\n    - "subtracts"');
    const again = await judge();
    expect([again.calls, again.state]).to.deep.equal([[], state]);
    await scene.pushForeign({ 'check.mjs': program() });
    expect((await judge()).state.stage, 'mended').to.equal('prepared');
  });

  itInRehearsal('goes by the newest commit that no run made, whatever is pushed while red', async () => {
    await open(branch());
    await judge();
    await scene.pushOwn({ 'check.mjs': program({ red: ['half done'] }) });
    await scene.pushOwn({ 'src/b.js': 'b' });
    const resumed = await judge();
    expect([resumed.state.stage, resumed.calls]).to.deep.equal(['prepared', []]);
    const anew = await judge({ release: 'r2' });
    expect([anew.state.stage, anew.calls]).to.deep.equal(['prepared', ['test']]);
    expect(anew.has('src/b.js'), 'the agent starts at the head').to.equal(true);
    // Words in a commit make it none of ours.
    await scene.pushForeign({ 'c.txt': 'c' }, 'Task 2\n\nKiro-Worker-Build: b:1\nKiro-Worker-Task: 2\n');
    expect((await judge()).state).to.include({ kind: 'baseline-failed' });
  });

  itInRehearsal('takes what fails once and then passes, and says so', async () => {
    const flaky = `${program({ red: ['sometimes'] })}
      if (fs.readFileSync(process.env.CALLS, 'utf8').trim().split('\\n').length > 1) {
        fs.writeFileSync('reports/junit.xml', '<testsuite><testcase name="ok"/></testsuite>');
        process.exitCode = 0;
      }`;
    await open(branch({}, { 'check.mjs': flaky }));
    const { state, findings, calls } = await judge();
    expect([state.stage, findings, calls.length]).to.deep.equal(['prepared', ['baseline/flaky'], 2]);
  });

  itInRehearsal('tolerates the failures that the rules name, or those that are known, and no others', async () => {
    await open(branch({ red: ['old one'] }));
    for (const allowed of telling(1, ['{allowFailures: [old one]}', 'allow-known-failures'])) {
      const { state } = await judge({ rules: `${RULES}baseline: ${allowed}\n` });
      if (state.stage !== 'prepared') throw new Error(state.detail);
      expect([...state.tolerated], allowed).to.deep.equal([['old one', 1]]);
    }
    const { state } = await judge({ rules: `${RULES}baseline: {allowFailures: [another]}\n` });
    expect(state).to.include({ kind: 'baseline-failed' });
  });

  itInRehearsal('has to be covered, unless the rules let the spec bring that', async () => {
    await open(branch({ covered: 5 }));
    const { state } = await judge();
    expect(state).to.include({ kind: 'baseline-failed' });
    if (state.stage === 'ended') expect(state.remedy).to.include('baseline: allow-below-threshold');
    expect((await judge({ rules: `${RULES}baseline: allow-below-threshold\n` })).state.stage).to.equal('prepared');
  });

  itInRehearsal('offers no allowance where more tests fail than are known by name', async () => {
    await open(branch({ red: Array.from({ length: 230 }, (_, i) => `fails ${i}`) }));
    const { state } = await judge();
    if (state.stage !== 'ended') throw new Error('it went on');
    expect(state.detail).to.match(/230 of 231 tests failed.*- fails 19\n- and 210 more$/s);
    expect(state.remedy).to.include('the names of 30 are not known').and.not.include('allowFailures');
  });

  itInRehearsal('keeps no verdict that a network or a registry had a part in', async () => {
    const offline =
      'npm error code ENOTFOUND s3cret\rnpm error code ENOTFOUND X\nnpm error network request to https://registry.test/a failed';
    await open(branch({}, { 'install.mjs': `console.log(${JSON.stringify(offline)}); process.exitCode = 1;` }));
    const rules = RULES.replace('install: false', 'install: node install.mjs');
    const { state: passing } = await judge({ rules });
    expect(passing).to.include({ kind: 'service-unavailable' });
    expect(JSON.stringify(passing), 'a secret that is drawn over').to.include('ENOTFOUND').and.not.include('3cret');
    await scene.pushForeign({ 'check.mjs': program({ red: ['asks a server'], say: offline }) });
    for (const run of [1, 2]) {
      const { state, calls } = await judge();
      expect([state.stage === 'ended' && state.kind, calls.length], `run ${run}`).to.deep.equal(['baseline-failed', 2]);
    }
    expect((await scene.locks.getBaseline(scene.lockKey))?.verdicts ?? []).to.deep.equal([]);
  });

  itInRehearsal('ends for an install that fails twice, and looks again each time', async () => {
    await open(branch({}, { 'install.mjs': "console.log('EUSAGE out of step'); process.exitCode = 1;" }));
    const rules = RULES.replace('install: false', 'install: node install.mjs');
    const { state } = await judge({ rules });
    expect(state).to.include({ kind: 'baseline-failed' });
    if (state.stage === 'ended') expect(state.failure).to.deep.include({ name: 'install', why: 'EUSAGE out of step' });
    await scene.pushForeign({ 'install.mjs': '' });
    expect((await judge({ rules })).state.stage).to.equal('prepared');
  });

  itInRehearsal('tells a program that is not there from red tests', async () => {
    await open(branch());
    const { state } = await judge({ rules: RULES.replace('node check.mjs', 'no-such-program --test') });
    expect(state).to.include({ kind: 'setup-failed' });
  });

  itInRehearsal('runs a coverage command that runs the tests once for both', async () => {
    const scripts = { test: 'node check.mjs', coverage: 'npm test' };
    await open(branch({}, { 'package.json': JSON.stringify({ scripts }) }));
    const rules = `install: false\ntest: node check.mjs\ncoverage: node check.mjs --coverage\n${REPORTS}`;
    expect((await judge({ rules })).calls).to.deep.equal(['--coverage']);
    const apart = rules.replace('coverage: node check.mjs --coverage', 'coverage: node check.mjs only this');
    expect((await judge({ rules: apart })).calls).to.deep.equal(['test', 'only']);
  });

  itInRehearsal('asks both commands where the one run is red', async () => {
    const strict = `${program()}\nif (process.argv[2] === '--coverage') process.exitCode = 1;`;
    await open(branch({}, { 'check.mjs': strict }));
    const rules = `install: false\ntest: node check.mjs\ncoverage: node check.mjs --coverage\n${REPORTS}`;
    const { state, calls } = await judge({ rules });
    expect(calls).to.deep.equal(['--coverage', 'test', '--coverage']);
    expect(state).to.include({ kind: 'baseline-failed' });
  });

  it('is left out with a notice where nothing is there to test, and looked for again', async () => {
    await open({ 'notes.txt': 'empty\n' });
    const greenfield = await scene.judge();
    expect(greenfield.findings).to.deep.equal(['baseline/nothing-yet']);
    expect(greenfield.state).to.deep.include({ stage: 'prepared', commands: null, looksAgain: true });
  });

  itInRehearsal('lets the spec bring the manifest, or the script, that the rules name', async () => {
    await open({ 'notes.txt': 'empty\n' });
    const manifest = 'install: npm ci\ntest: npm test\ncoverage: false\n';
    const script = 'install: false\ntest: node run-tests.mjs\ncoverage: false\n';
    const program = 'install: false\ntest: ./run-tests.sh\ncoverage: false\n';
    for (const rules of [manifest, script, program]) {
      const { state, findings } = await judge({ rules });
      expect(findings, rules).to.deep.equal(['baseline/nothing-yet']);
      expect(state, rules).to.include({ stage: 'prepared', looksAgain: true });
      if (rules === manifest) expect(state).to.include({ commands: null });
    }
    expect((await judge({ rules: manifest })).state.stage, 'again').to.equal('prepared');
    await scene.pushForeign({ 'package.json': '{"name":"x"}', 'test/a.test.js': '// a test' });
    for (const rules of [manifest, script])
      expect((await judge({ rules })).state, rules).to.include({ kind: 'baseline-failed' });
    expect((await judge({ rules: program })).state).to.include({ kind: 'setup-failed' });
  });

  itInRehearsal('offers to allow what can be allowed, and nothing else', async () => {
    const all = program({ red: ['only'] }).replace('<testcase name="ok"/>', '');
    await open(branch({}, { 'check.mjs': all }));
    const remedyOf = async () => {
      const { state } = await judge();
      return state.stage === 'ended' ? state.remedy : state.stage;
    };
    expect(await remedyOf()).to.not.include('allowFailures');
    await scene.pushForeign({ 'check.mjs': program({ red: [''] }) });
    expect(await remedyOf(), 'no name').to.not.include('allowFailures');
    await scene.pushForeign({ 'check.mjs': `${program({ red: ['a'] })}\nprocess.kill(process.pid, 'SIGKILL');` });
    expect(await remedyOf(), 'killed').to.not.include('allowFailures');
    await scene.pushForeign({ 'check.mjs': program({ red: ['a'] }) });
    expect(await remedyOf()).to.include('allowFailures');
  });

  itInRehearsal('lets the spec bring the first test', async () => {
    await open({ 'check.mjs': "console.log('No tests found, exiting with code 1'); process.exitCode = 1;" });
    const rules = 'install: false\ntest: node check.mjs\ncoverage: false\n';
    const first = await judge({ rules });
    expect(first.findings).to.deep.equal(['baseline/nothing-yet']);
    expect(first.state).to.deep.include({ stage: 'prepared', looksAgain: true });
    await scene.pushForeign({ 'test/a.test.mjs': '// there is one\n' });
    expect((await judge({ rules })).state).to.include({ kind: 'baseline-failed' });
  });
});
