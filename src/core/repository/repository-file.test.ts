import { expect } from 'chai';
import fc from 'fast-check';
import { isWorkerError, type WorkerError } from '../errors.ts';
import { effectiveThresholdPct, parseRepositoryFile } from './repository-file.ts';

const SOURCE = '.kiro-worker.yml on main';

function refusal(text: string): WorkerError {
  try {
    parseRepositoryFile(text, SOURCE);
  } catch (error) {
    if (isWorkerError(error, 'REPOSITORY_FILE_INVALID')) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

const HASH = 'a1'.repeat(32);

describe('parseRepositoryFile', () => {
  it('reads every setting', () => {
    const text = `
# comment
folder: ./packages/app/
install: [npm, ci]
test: npm test -- --reporter "a b"
coverage: ["npm", "run", "coverage"]
reports:
  tests: reports/junit.xml
  coverage: [coverage/lcov.info, "packages/*/coverage/lcov.info"]
protectedPaths: ["infra/**", db/migrations]
coverageThreshold: 92.5
baseline: { allowFailures: [" a b ", "c"] }
timeouts: { installMinutes: 5, testMinutes: 20 }
tools: { node: 24, python: "3.10", jdk: ">=17" }
gates: { tests/flaky: off }
repairRounds: 1
repeatFailedTests: true
verifyEachTask: true
secrets: { allow: [{ rule: jwt, path: test/a.json, sha256: ${HASH} }] }
`;
    expect(parseRepositoryFile(text, SOURCE)).to.deep.equal({
      source: SOURCE,
      folder: 'packages/app',
      install: [['npm', 'ci']],
      test: ['npm', 'test', '--', '--reporter', 'a b'],
      coverage: ['npm', 'run', 'coverage'],
      reports: { tests: ['reports/junit.xml'], coverage: ['coverage/lcov.info', 'packages/*/coverage/lcov.info'] },
      protectedPaths: ['infra/**', 'db/migrations'],
      coverageThreshold: 92.5,
      baseline: { allowFailures: ['a b', 'c'], allowKnownFailures: false, allowBelowThreshold: false },
      timeouts: { installMinutes: 5, testMinutes: 20 },
      tools: { node: '24', python: '3.10', jdk: '>=17' },
      gates: { 'tests/flaky': 'off' },
      repairRounds: 1,
      repeatFailedTests: true,
      verifyEachTask: true,
      secrets: { allow: [{ rule: 'jwt', path: 'test/a.json', sha256: HASH }] },
    });
  });

  it('takes no exception for a secret that is not one text at one path', () => {
    for (const [text, problem] of [
      ['secrets: { allow: [{ rule: jwt, path: a.json }] }', 'secrets.allow.0.sha256'],
      ['secrets: { allow: [{ rule: jwt, path: a.json, sha256: "*" }] }', 'must be 64 hexadecimal digits'],
      ['secrets: { allow: all }', 'must be a list of entries'],
    ] as const)
      expect(() => parseRepositoryFile(text, SOURCE))
        .to.throw()
        .with.property('problems')
        .that.satisfies((problems: string[]) => problems.join().includes(problem));
  });

  it('takes no version for another: YAML reads 3.10 without quotes as 3.1', () => {
    for (const [text, problem] of [
      ['tools: { python: 3.10 }', 'must be a version or a range in quotes'],
      ['tools: { node: newest }', 'must be a version or a range in quotes'],
      ['tools: { ruby: "3.4" }', 'is not a known setting'],
    ] as const)
      expect(() => parseRepositoryFile(text, SOURCE))
        .to.throw()
        .with.property('problems')
        .that.satisfies((problems: string[]) => problems.some((one) => one.includes(problem)));
  });

  for (const [name, text] of [
    ['an empty file', ''],
    ['comments alone', '# nothing yet\n'],
    ['an empty document', '---\n'],
    ['null', 'null'],
    ['an empty map, with BOM', '\ufeff{}'],
  ] as const) {
    it(`takes ${name} as nothing said`, () => {
      expect(parseRepositoryFile(text, SOURCE)).to.deep.include({
        folder: '.',
        install: null,
        test: null,
        coverage: null,
        coverageThreshold: null,
        gates: {},
        repairRounds: 2,
        repeatFailedTests: false,
        verifyEachTask: false,
        reports: { tests: [], coverage: [] },
      });
    });
  }

  it('distinguishes "nothing" from "not given"', () => {
    const settings = parseRepositoryFile('install: false\ncoverage: false\nfolder: "."', SOURCE);
    expect(settings).to.deep.include({ install: [], coverage: false, folder: '.' });
  });

  it('takes several lines as the steps of the installation, a list as one', () => {
    const steps = (text: string) => parseRepositoryFile(text, SOURCE).install;
    expect(steps('install: |\n  python3 -m venv .venv\n\n  .venv/bin/pip install "a b"\n')).to.deep.equal([
      ['python3', '-m', 'venv', '.venv'],
      ['.venv/bin/pip', 'install', 'a b'],
    ]);
    expect(steps('install:\n  - npm\n  - ci\n')).to.deep.equal([['npm', 'ci']]);
  });

  it('reads what the base line may be as a word, a list of words, or a mapping', () => {
    const baseline = (text: string) => parseRepositoryFile(text, SOURCE).baseline;
    const strict = { allowFailures: [], allowKnownFailures: false, allowBelowThreshold: false };
    expect(baseline('test: a')).to.deep.equal(strict);
    expect(baseline('baseline: allow-known-failures')).to.deep.equal({ ...strict, allowKnownFailures: true });
    const both = { ...strict, allowKnownFailures: true, allowBelowThreshold: true };
    expect(baseline('baseline: [allow-below-threshold, allow-known-failures]')).to.deep.equal(both);
    expect(baseline('baseline: {allowKnownFailures: true, allowBelowThreshold: true}')).to.deep.equal(both);
  });

  const bad: ReadonlyArray<[text: string, problem: RegExp]> = [
    ['test: [', /not YAML/],
    ['test: a\ntest: b', /not YAML: .*duplicat/i],
    ['a: &x [1]\nb: *x', /not YAML: .*alias/i],
    ['test: !!js/function "x"', /not YAML: .*tag/i],
    [`${'['.repeat(50)}${']'.repeat(50)}`, /not YAML: .*depth/i],
    ['--- {}\n--- {}', /several documents/],
    [`# ${'x'.repeat(70_000)}`, /more than 65536 characters/],
    ['just text', /\(whole\): must contain settings/],
    ['[a, b]', /\(whole\): must contain settings/],
    ['42', /\(whole\): must contain settings/],
    ['tests: npm test', /tests: is not a known setting/],
    ['"__proto__": {test: x}', /__proto__/],
    ['constructor: x', /constructor: is not a known setting/],
    ['baseline: allow-everything', /baseline: must be allow-known-failures or allow-below-threshold/],
    ['baseline: true', /baseline: must be/],
    ['baseline: []', /baseline/],
    ['baseline: {allowFailures: all}', /baseline/],
    ['baseline: {allowFailures: [""]}', /baseline/],
    ['baseline: {allow: [a]}', /baseline/],
    ['folder: /etc', /folder: must be relative.*"\/etc"/],
    ['folder: ../x', /folder: must not leave the repository.*"\.\.\/x"/],
    ['folder: a/../../b', /must not leave/],
    ['folder: ""', /folder: must not be empty/],
    ['folder: " "', /folder: must not be empty/],
    ['folder: "a "', /spaces/],
    ['folder: ~/x', /relative/],
    ['folder: C:/x', /relative/],
    ['folder: a\\b', /must use "\/"/],
    ['folder: "a\\0b"', /control characters/],
    ['folder: "a\\nb"', /control characters/],
    ['folder: -x', /must not begin with "-"/],
    ['folder: .git/hooks', /must not lead into \.git/],
    ['folder: a/.GIT', /must not lead into \.git/],
    ['folder: 5', /folder: must be a string \(it is 5\)/],
    [`folder: ${'a'.repeat(301)}`, /300 characters/],
    ['install: true', /install: must be a command, or false \(it is true\)/],
    ['install: npm ci && npm run build', /install: contains "&"/],
    ['install: "npm ci\\nnpm run a && b"', /install: contains "&"/],
    ['install: "npm ci\\nno"', /install: must be a command, or false/],
    ['install: 0', /install: must be a string or a list/],
    ['install:', /install: must be a command, or false \(it is null\)/],
    ['test: false', /test: must be a command \(it is false\)/],
    ['test: ""', /test: must name a program/],
    ['test: [npm, 5]', /test: must contain only strings: put quotes around item 2/],
    ['test: {command: x}', /test: must be a string or a list/],
    ['test: npm test | tee log', /test: contains "\|" \(a pipe\)/],
    ['coverage: $(rm -rf /)', /coverage: contains "\$"/],
    ['coverage: yes', /coverage: must be a command, or false \(it is "yes"\)/],
    ['install: no', /install: must be a command, or false/],
    ['install: "none"', /install: must be a command, or false/],
    ['test: "true"', /test: must be a command \(/],
    ['reports: x', /reports: must contain tests and coverage/],
    ['reports: {junit: x}', /reports\.junit: is not a known setting/],
    ['reports: {tests: /tmp/x.xml}', /reports\.tests\.0: must be relative/],
    ['reports: {coverage: [a, ../b]}', /reports\.coverage\.1: must not leave/],
    ['reports: {tests: "!x"}', /must not be negated/],
    ['reports: {tests: 5}', /reports\.tests: must be a path/],
    ['protectedPaths: ["!**"]', /protectedPaths\.0: must not be negated/],
    ['protectedPaths: [5]', /protectedPaths\.0: must be a string/],
    [`protectedPaths: [${'a,'.repeat(101)}]`, /100 entries/],
    ['coverageThreshold: 101', /coverageThreshold: must be between 0 and 100 \(it is 101\)/],
    ['coverageThreshold: -1', /between 0 and 100/],
    ['coverageThreshold: "90"', /coverageThreshold: must be a number/],
    ['coverageThreshold: 90%', /must be a number/],
    ['coverageThreshold: .nan', /coverageThreshold: must be a number/],
    ['coverageThreshold: .inf', /coverageThreshold/],
    ['timeouts: {testMinutes: 0}', /timeouts\.testMinutes: must be 1 or more/],
    ['timeouts: {testMinutes: 9999}', /2160/],
    ['timeouts: {installMinutes: soon}', /number of minutes/],
    ['repairRounds: 6', /repairRounds: must be a whole number from 0 to 5 \(it is 6\)/],
    ['repairRounds: -1', /repairRounds: must be a whole number from 0 to 5/],
    ['repairRounds: 1.5', /repairRounds: must be a whole number from 0 to 5/],
    ['repairRounds: two', /repairRounds: must be a whole number from 0 to 5/],
    ['repeatFailedTests: 1', /repeatFailedTests: must be true or false/],
    ['verifyEachTask: yes', /verifyEachTask: must be true or false/],
    ['gates: strict', /gates: must map rules to block, tell, off; the rules are .*tests\/flaky/],
    ['gates: {tests/flaky: warn}', /gates\.tests\/flaky: must be block, tell or off \(it is "warn"\)/],
    ['gates: {tests/flaky: false}', /gates\.tests\/flaky: must be block, tell or off \(it is false\)/],
    ['gates: {tests/exit-code: off}', /gates\.tests\/exit-code: is a rule that cannot be configured; .*tests\/flaky/],
    ['gates: {tests/flakey: off}', /gates\.tests\/flakey: is not a rule; those that can be configured: .*tests\/flaky/],
    ['gates: {constructor: off}', /gates\.constructor: is not a rule/],
    ['timeouts: 5', /timeouts: must contain/],
    ['timeouts: {minutes: 5}', /timeouts\.minutes: is not a known setting/],
  ];
  for (const [text, problem] of bad) {
    it(`refuses ${JSON.stringify(text).slice(0, 50)}`, () => {
      const error = refusal(text);
      expect(error.problems.join('\n')).to.match(problem);
      expect(error.problems).to.have.length(1);
      expect(error.message).to.contain(SOURCE);
    });
  }

  it('reports all problems at once', () => {
    const { problems } = refusal(
      'folder: /x\ntest: a | b\ncoverageThreshold: 200\nnonsense: 1\nmore: 2\nreports: {tests: ../x}\n',
    );
    expect(problems).to.have.length(6);
    expect(problems.map((problem) => problem.split(':')[0])).to.have.members([
      'folder',
      'test',
      'coverageThreshold',
      'nonsense',
      'more',
      'reports.tests.0',
    ]);
  });

  it('answers any text with settings or with its own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'test:folder [],{}&*!|>-"\'\n #/.0~%@'.split('')) }), (text) => {
        try {
          expect(parseRepositoryFile(text, SOURCE).source).to.equal(SOURCE);
        } catch (error) {
          expect(isWorkerError(error, 'REPOSITORY_FILE_INVALID'), String(error)).to.equal(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('effectiveThresholdPct', () => {
  const file = (threshold: string) => parseRepositoryFile(`coverageThreshold: ${threshold}`, SOURCE);

  it('lets the file raise, never lower', () => {
    expect(effectiveThresholdPct(80, file('95'))).to.equal(95);
    expect(effectiveThresholdPct(80, file('10'))).to.equal(80);
    expect(effectiveThresholdPct(80, parseRepositoryFile('', SOURCE))).to.equal(80);
    expect(effectiveThresholdPct(80, null)).to.equal(80);
  });
});
