import { expect } from 'chai';
import { isWorkerError } from '../../core/errors.ts';
import { ENVIRONMENTS, SANDBOX } from '../environments.ts';
import { mapValues } from '../map-values.ts';
import { checkEnvironments } from './check.ts';
import type { Environments } from './config.ts';

function problemsOf(changes: Readonly<Record<string, object>>): readonly string[] {
  const environments = mapValues(ENVIRONMENTS, (config, name) => ({ ...config, ...changes[name] }));
  return problemsIn({ environments, sandbox: SANDBOX });
}

function problemsIn(environments: Environments): readonly string[] {
  try {
    checkEnvironments(environments);
  } catch (error) {
    if (isWorkerError(error, 'CONFIG_INVALID')) return error.problems;
    throw error;
  }
  return [];
}

describe('environments.ts', () => {
  it('is valid as it is committed', () => {
    expect(problemsOf({})).to.deep.equal([]);
  });

  it('is refused with every problem at once, each with environment, field and value', () => {
    const problems = problemsOf({
      test: { account: '1234', region: 'mars', coverageThreshold: 101, pollingInterval: 'rate(5 minute)', tpyo: 1 },
      staging: { logRetentionDays: 8, codeBuildComputeType: 'HUGE', maxConcurrentBuilds: 0.5, environment: 'test' },
      production: { alertEmail: 'nobody', codeBuildImage: 'node:24', kiroCli: { version: 'latest', sha256: 'x' } },
    });
    const expected = [
      /^test\.account: .*12 digits.*"1234"/,
      /^test\.region: .*us-east-1.*"mars"/,
      /^test\.coverageThreshold: .*101/,
      /^test\.pollingInterval: .*plural.*"rate\(5 minute\)"/,
      /^test\.tpyo: is not a known setting/,
      /^staging\.logRetentionDays: must be one of .*8/,
      /^staging\.codeBuildComputeType: .*"HUGE"/,
      /^staging\.maxConcurrentBuilds: .*0\.5/,
      /^staging\.environment: must be "staging" \(it is "test"\)/,
      /^production\.alertEmail: .*"nobody"/,
      /^production\.codeBuildImage: .*"node:24"/,
      /^production\.kiroCli\.version: .*"latest"/,
      /^production\.kiroCli\.sha256: .*"x"/,
    ];
    for (const pattern of expected) {
      expect(
        problems.some((problem) => pattern.test(problem)),
        `${pattern} among\n${problems.join('\n')}`,
      ).to.equal(true);
    }
  });

  it('is refused in a region without CodeBuild, and named', () => {
    const problems = problemsOf({ test: { region: 'ca-west-1' }, staging: { region: 'mx-central-1' } });
    expect(problems).to.deep.equal([
      'test.region: must be a region with CodeBuild, which this one does not have (it is "ca-west-1")',
      'staging.region: must be a region with CodeBuild, which this one does not have (it is "mx-central-1")',
    ]);
    expect(problemsOf({ test: { region: 'eu-central-1' } })).to.deep.equal([]);
  });

  const related: ReadonlyArray<[what: string, changes: Record<string, object>, problem: RegExp]> = [
    ['a lease shorter than the queue', { test: { leaseMinutes: 14 } }, /^test\.leaseMinutes: must be 15 or more/],
    [
      'cron without pollerStoppedMinutes',
      { test: { pollingInterval: 'cron(0/10 8-18 ? * MON-FRI *)' } },
      /^test\.pollerStoppedMinutes: is required/,
    ],
    [
      'a poller that stops between two polls',
      { production: { pollerStoppedMinutes: 20 } },
      /^production\.pollerStoppedMinutes: must be 30/,
    ],
    [
      'logs that outlive what they point at',
      { test: { logRetentionDays: 60 } },
      /^test\.logRetentionDays: must not exceed artifactRetentionDays 30/,
    ],
    [
      'one prefix for two environments',
      { staging: { stackPrefix: 'KiroWorker' } },
      /^staging\.stackPrefix: "KiroWorker" is also the prefix of test/,
    ],
    [
      'one prefix and one account',
      { staging: { stackPrefix: 'KiroWorker', account: '123456789012' } },
      /^staging\.stackPrefix/,
    ],
    [
      'two homes of the Kiro CLI',
      {
        test: {
          kiroCli: { version: '3.2.0', sha256: '0'.repeat(64) },
          ownBuildImage: { repository: 'kiro', tag: '1', kiroCliPath: '/k' },
        },
      },
      /^test\.kiroCli: an image of your own/,
    ],
  ];
  for (const [what, changes, problem] of related) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(changes);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(problem);
    });
  }

  it('lets environments share a prefix in different accounts or regions', () => {
    const apart = {
      test: { account: '111111111111' },
      staging: { stackPrefix: 'KiroWorker', account: '222222222222' },
    };
    expect(problemsOf(apart)).to.deep.equal([]);
    expect(problemsOf({ staging: { stackPrefix: 'KiroWorker', region: 'eu-central-1' } })).to.deep.equal([]);
  });

  it('refuses names that resources cannot have, and the name of the sandbox', () => {
    const named = (environment: string) => ({ ...ENVIRONMENTS.test, environment, stackPrefix: 'KiroWorkerOther' });
    const names = ['Test', 'a_b', 'a'.repeat(21), 'sandbox'];
    for (const name of names) {
      const problems = problemsIn({ environments: { [name]: named(name) }, sandbox: SANDBOX });
      expect(problems.length, name).to.be.greaterThan(0);
      expect(problems[0], name).to.include(name);
    }
    expect(problemsIn({ environments: { 'load-test': named('load-test') }, sandbox: SANDBOX })).to.deep.equal([]);
  });
});
