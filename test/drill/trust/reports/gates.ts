import { coverageGate } from '../../../../src/core/gates/coverage/gate.ts';
import { testsGate } from '../../../../src/core/gates/tests.ts';
import { findProtectedChanges, isSpecPath, PROTECTED_PATHS } from '../../../../src/core/repository/protected-paths.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import type { Random } from '../random.ts';

/** Test reports that are not to pass; the command itself ended with this code. */
const TEST_REPORTS: Readonly<Record<string, { exitCode: number; text: (random: Random) => string }>> = {
  'forged-for-a-failure': { exitCode: 1, text: () => '<testsuites><testcase name="fine"/></testsuites>' },
  'with-a-failure': {
    exitCode: 0,
    text: () => '<testsuites><testcase name="x"><failure message="m"/></testcase></testsuites>',
  },
  'without-tests': { exitCode: 0, text: () => '<testsuites/>' },
  'of-skipped-tests': { exitCode: 0, text: () => '<testsuites><testcase name="x"><skipped/></testcase></testsuites>' },
  'of-endless-nesting': { exitCode: 0, text: (random) => '<testsuite>'.repeat(300 + random.integer(100_000)) },
  'of-one-attribute': {
    exitCode: 0,
    text: (random) => `<testsuites a="${'x'.repeat(2 ** 18 + 1 + random.integer(2 ** 20))}"/>`,
  },
  'of-entities-in-entities': {
    exitCode: 0,
    text: () =>
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><testsuites>${'&b;'.repeat(2000)}</testsuites>`,
  },
  'of-an-entity-outside': {
    exitCode: 0,
    text: () =>
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuites><testcase name="x"><failure message="&a;"/></testcase></testsuites>',
  },
  'cut-short': { exitCode: 0, text: () => '<testsuites><testcase name="x"/>' },
  'of-no-xml': { exitCode: 0, text: (random) => random.word(5000) },
};

async function doesNotPass(trial: Trial, { exitCode, text }: (typeof TEST_REPORTS)[string]): Promise<void> {
  const bytes = Buffer.from(text(trial.random));
  trial.strike();
  const reports = [{ path: 'junit.xml', bytes }];
  const result = testsGate.evaluate({ exitCode, endedBy: 'exit', reports, reportProblems: [], reportExpected: true });
  trial.check(result.verdict !== 'passed', `it passed: ${result.detail}`);
  const said = JSON.stringify(result);
  trial.check(said.length < 100_000, `${said.length} characters are said of it`);
  trial.check(!said.includes('root:'), 'a file of the machine was read for a report');
}

/** Coverage reports that do not show what was asked for. */
const COVERAGE_REPORTS: Readonly<Record<string, (random: Random) => string>> = {
  'of-no-lines': () => 'TN:\nSF:a\nend_of_record\n',
  'of-more-hits-than-lines': () => 'SF:a\nLF:10\nLH:1000\nend_of_record\n',
  'of-negative-hits': () => 'SF:a\nDA:1,-5\nend_of_record\n',
  'of-no-numbers': () => 'SF:a\nDA:1,NaN\nend_of_record\n',
  'of-far-lines': () => `SF:a\nDA:${2 ** 40},1\nend_of_record\n`,
  'of-one-line': (random) => `SF:a\n${'x'.repeat(70_000 + random.integer(1e6))}`,
  'cut-short': () => 'SF:a\nDA:1,1\n',
  'of-endless-nesting': (random) => '{"a":'.repeat(20 + random.integer(100_000)),
  'of-a-prototype': () => '{"__proto__":{"total":{"lines":{"total":1,"covered":1,"skipped":0,"pct":100}}}}',
  'of-a-claim-alone': () => '<coverage line-rate="1"><packages/></coverage>',
};

async function isNotCovered(trial: Trial, text: (random: Random) => string): Promise<void> {
  const reports = [{ path: 'coverage/report', bytes: Buffer.from(text(trial.random)) }];
  trial.strike();
  const { verdict, detail } = coverageGate.evaluate({
    reports,
    reportProblems: [],
    commandFailure: null,
    thresholdPct: 80,
  });
  trial.check(verdict !== 'passed', `it passed: ${detail}`);
  trial.check(detail.length < 10_000, `${detail.length} characters are said of it`);
}

/** Spells a protected path as some file system takes for the same, or so that a pattern misses it. */
const SPELLINGS: Readonly<Record<string, (path: string, random: Random) => string>> = {
  'in-other-letters': (path) => path.toUpperCase(),
  'in-wide-letters': (path) => path.replace('i', '\uff49'),
  'with-invisible-characters': (path, random) =>
    insert(path, random.pick(['\u200b', '\u200d', '\u00ad', '\ufeff']), random),
  'with-dots-after-it': (path) => path.replace('/', './'),
  'with-blanks-after-it': (path) => path.replace('/', ' /'),
  'with-backslashes': (path) => path.replaceAll('/', '\\'),
  'as-a-stream': (path) => `${path}::$DATA`,
  'behind-a-line-break': (path, random) => path.replace(/[^/]+(?=\.\w+$)/, (name) => `${name}\n${random.word()}`),
  'with-a-dot-folder': (path) => path.replace('/', '/./'),
  'as-the-folder-above': (path) => path.split('/')[0] ?? '',
};

function insert(path: string, part: string, random: Random): string {
  const at = 1 + random.integer(path.length - 2);
  return path.slice(0, at) + part + path.slice(at);
}

async function isProtected(trial: Trial, spell: (path: string, random: Random) => string): Promise<void> {
  const { random } = trial;
  const workflow = `.github/workflows/${random.word()}.yml`;
  const spelled = spell(workflow, random);
  if (spelled !== workflow) trial.strike();
  trial.check(
    findProtectedChanges([spelled], PROTECTED_PATHS).length === 1,
    `${JSON.stringify(spelled)} is not protected`,
  );
  const spec = spell(`.kiro/specs/${random.word()}/tasks.md`, random);
  trial.check(isSpecPath(spec, '.kiro/specs'), `${JSON.stringify(spec)} is not taken for a spec`);
}

export const GATES: readonly Attempt[] = [
  ...attemptsOf('test-report', { rows: TEST_REPORTS, perform: doesNotPass }),
  ...attemptsOf('coverage-report', { rows: COVERAGE_REPORTS, perform: isNotCovered }),
  ...attemptsOf('protected-path', { rows: SPELLINGS, perform: isProtected }),
];
