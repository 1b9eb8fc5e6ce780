import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createBaselineScene, type Files } from '../../../test/support/scenes/baseline.ts';

/** Notes each call, and writes both reports; `body` runs after that. */
const program = (body = '') => `
import fs from 'node:fs';
const words = process.argv.slice(2).join(' ');
fs.appendFileSync(process.env.CALLS, (words || 'test') + '\\n');
const report = (name, failed) => {
  fs.mkdirSync('reports', { recursive: true });
  const failure = failed ? '<failure message="no"/>' : '';
  fs.writeFileSync('reports/junit.xml', '<testsuite><testcase name="' + name + '">' + failure + '</testcase></testsuite>');
};
report('adds', false);
if (words === '--coverage') fs.writeFileSync('reports/lcov.info', 'SF:a.js\\nLF:10\\nLH:9\\nend_of_record\\n');
${body}`;
const RULES = `install: false
test: node check.mjs
coverage: node check.mjs --coverage
reports: {tests: reports/junit.xml, coverage: reports/lcov.info}
`;

describe('verify', () => {
  let scene: Awaited<ReturnType<typeof createBaselineScene>>;
  afterEach(() => scene.close());
  const verify = async (files: Files, rules = RULES) => {
    scene = await createBaselineScene(files);
    const { state, calls } = await scene.verify({ rules });
    return [state.stage === 'ended' ? state.kind : state.stage, calls];
  };

  it('runs a coverage command that runs the tests once for both', async () => {
    expect(await verify({ 'check.mjs': program() })).to.deep.equal(['verified', ['--coverage']]);
  });

  itInRehearsal('ends at once for a test that fails in that run', async () => {
    const red = program("report('adds', true); process.exitCode = 1;");
    expect(await verify({ 'check.mjs': red })).to.deep.equal(['tests-failed', ['--coverage']]);
  });

  itInRehearsal('asks both commands where only the measuring may have failed', async () => {
    const strict = program("if (words === '--coverage') process.exitCode = 1;");
    expect(await verify({ 'check.mjs': strict })).to.deep.equal([
      'coverage-unknown',
      ['--coverage', 'test', '--coverage'],
    ]);
  });

  it('believes no script of the branch that says it runs the tests', async () => {
    const scripts = { cover: 'node check.mjs --coverage;true' };
    const red = program("if (words === '') { report('adds', true); process.exitCode = 1; }");
    const rules = RULES.replace('coverage: node check.mjs --coverage', 'coverage: npm run --silent cover');
    const files = { 'check.mjs': red, 'package.json': JSON.stringify({ scripts }) };
    expect(await verify(files, rules)).to.deep.equal(['tests-failed', ['test']]);
  });
});
