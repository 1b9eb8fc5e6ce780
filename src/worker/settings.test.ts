import { expect } from 'chai';
import { WORKER_ENVIRONMENT } from '../../test/support/worker-environment.ts';
import { isWorkerError } from '../core/errors.ts';
import { parseWorkerSettings } from './settings.ts';

/** The problems that the worker names, one line each. */
function problemsOf(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    parseWorkerSettings({ ...WORKER_ENVIRONMENT, ...variables });
    return [];
  } catch (error) {
    if (isWorkerError(error, 'CONFIG_INVALID')) return error.problems;
    throw error;
  }
}

describe("the worker's settings", () => {
  it('need no more than the poll and the stacks must say', () => {
    const settings = parseWorkerSettings(WORKER_ENVIRONMENT);
    expect(settings).to.deep.include({
      branch: 'feature/x',
      itemTitle: 'feature/x',
      subjectNumber: 7,
      holder: { lockKey: 'octo/app#feature/x', owner: 'owner', fence: 1 },
      coverageThresholdPct: 80,
      timeLimitMs: 3_600_000,
      agentCreditLimit: null,
    });
    expect(settings.agent).to.include({ cliPath: null, engine: undefined, cliProblem: null });
    expect(settings.places).to.deep.include({ locks: { deployed: 'locks' }, secretArns: null, untrustedUser: null });
    for (const name of Object.keys(WORKER_ENVIRONMENT)) {
      expect(problemsOf({ [name]: undefined }).join('\n'), `without ${name}`).to.include(name);
    }
  });

  for (const [name, value] of [
    ['KIRO_ENGINE', 'v4'],
    ['KIRO_ENGINE', 'V2'],
    ['KIRO_MODEL', '--trust-everything'],
    ['KIRO_AGENT', 'two words'],
    ['UNTRUSTED_USER', 'root; id'],
    ['GITHUB_API_URL', 'file:///etc/passwd'],
    ['COVERAGE_THRESHOLD', '101'],
    ['COVERAGE_THRESHOLD', ' '],
    ['COVERAGE_THRESHOLD', '0x10'],
    ['LEASE_MINUTES', '0'],
    ['BUILD_TIMEOUT', '1h'],
    ['AGENT_CREDIT_LIMIT', '-5'],
  ] as const) {
    it(`refuse ${name} "${value}"`, () => {
      const problems = problemsOf({ [name]: value });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include(name).and.to.include(JSON.stringify(value));
    });
  }

  it('name all problems at once, those of the poll and those of the stacks', () => {
    const problems = problemsOf({ KIRO_ENGINE: 'v4', LOCK_FENCE: 'x', LOCKS_TABLE_NAME: undefined, ENVIRONMENT: '' });
    expect(problems.map((line) => line.split(':')[0]).sort()).to.deep.equal([
      'ENVIRONMENT',
      'KIRO_ENGINE',
      'LOCKS_TABLE_NAME',
      'LOCK_FENCE',
    ]);
  });

  it('take a variable without text for one that is not set', () => {
    const empty = { COVERAGE_THRESHOLD: '', KIRO_ENGINE: '', UNTRUSTED_USER: '', TEST_COMMAND: '' };
    expect(problemsOf(empty)).to.deep.equal([]);
    expect(parseWorkerSettings({ ...WORKER_ENVIRONMENT, ...empty }).coverageThresholdPct).to.equal(80);
  });

  it('do not choose between two places for one thing', () => {
    const [problem, ...others] = problemsOf({ LOCKS_FILE: '/tmp/locks.sqlite' });
    expect(problem).to.include('LOCKS_FILE').and.to.include('LOCKS_TABLE_NAME');
    expect(others).to.deep.equal([]);
  });
});
