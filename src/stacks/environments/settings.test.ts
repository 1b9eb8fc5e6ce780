import { expect } from 'chai';
import fc from 'fast-check';
import { alarmFigures } from '../documents/alarms.ts';
import { ENVIRONMENTS } from '../environments.ts';
import { ALARMS } from '../monitoring.ts';
import type { EnvironmentConfig } from './config.ts';
import { relationProblems } from './relations.ts';
import { settingsOf } from './settings.ts';

const config = fc
  .record({
    minutes: fc.integer({ min: 1, max: 720 }),
    stopped: fc.option(fc.integer({ min: 2, max: 1440 }), { nil: undefined }),
    codeBuildTimeoutMinutes: fc.integer({ min: 15, max: 2160 }),
    codeBuildQueueTimeoutMinutes: fc.integer({ min: 5, max: 480 }),
    lambdaTimeoutMinutes: fc.integer({ min: 1, max: 15 }),
    maxConcurrentBuilds: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ minutes, stopped, ...rest }): EnvironmentConfig => {
    const { pollerStoppedMinutes: _, ...base } = ENVIRONMENTS.test;
    const pollingInterval = `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`;
    const leaseMinutes = rest.codeBuildQueueTimeoutMinutes + 5;
    return {
      ...base,
      ...rest,
      pollingInterval,
      leaseMinutes,
      ...(stopped === undefined ? {} : { pollerStoppedMinutes: stopped }),
    };
  })
  .filter((environment) => relationProblems({ test: environment }).length === 0);

describe('settings of every valid environment', () => {
  it('keep every alarm within what CloudWatch takes, and every threshold within reach', () => {
    fc.assert(
      fc.property(config, (environment) => {
        const settings = settingsOf(environment);
        for (const alarm of ALARMS) {
          const { periodSeconds, periods, threshold, worst } = alarmFigures(alarm, settings);
          const span = periodSeconds * periods;
          expect(periodSeconds % 60, alarm.name).to.equal(0);
          expect(periods, alarm.name).to.be.greaterThan(0);
          expect(span, alarm.name).to.be.at.most(periodSeconds >= 3600 ? 7 * 86_400 : 86_400);
          if (alarm.name !== 'agent-credits') {
            expect(alarm.when === 'below' ? worst < threshold : worst >= threshold, alarm.name).to.equal(true);
          }
        }
      }),
    );
  });

  it('report stuck builds only after more time than any build can take', () => {
    fc.assert(
      fc.property(config, (environment) => {
        const { buildsStuckPeriodSeconds, buildsStuckPeriods, pollPeriodSeconds } = settingsOf(environment);
        const longest = environment.codeBuildQueueTimeoutMinutes + environment.codeBuildTimeoutMinutes;
        expect(buildsStuckPeriodSeconds * buildsStuckPeriods).to.be.greaterThan(longest * 60);
        expect(buildsStuckPeriodSeconds).to.be.at.least(2 * pollPeriodSeconds);
      }),
    );
  });

  it('let the worker end before CodeBuild ends it', () => {
    fc.assert(
      fc.property(config, (environment) => {
        const { workerTimeLimitMs } = settingsOf(environment);
        expect(workerTimeLimitMs)
          .to.be.greaterThan(0)
          .and.below(environment.codeBuildTimeoutMinutes * 60_000);
      }),
    );
  });

  it('contain no identity', () => {
    const { account, alertEmail, vpc } = {
      account: '123456789012',
      alertEmail: 'someone@example.com',
      vpc: { vpcId: 'vpc-0a', subnetIds: ['subnet-0a'], securityGroupIds: ['sg-0a'] },
    };
    const text = JSON.stringify(settingsOf({ ...ENVIRONMENTS.test, account, alertEmail, vpc }));
    expect(text).not.to.match(/123456789012|example|vpc-|subnet-|sg-/);
  });
});
