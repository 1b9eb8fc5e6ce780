import { expect } from 'chai';
import { composeStacks } from '../compose.ts';
import { ENVIRONMENTS } from '../environments.ts';
import { monthlyCosts, renderCosts } from './costs.ts';

const templates = Object.values(composeStacks(ENVIRONMENTS));

describe('the idle bill', () => {
  it('is at most 4 USD a month in every environment, before any free tier and without the dashboard', () => {
    for (const [name, config] of Object.entries(ENVIRONMENTS)) {
      expect(monthlyCosts(templates, config).idleUsd, name).to.be.within(2, 4);
    }
  });

  it('grows with what the templates hold, and with the polls', () => {
    const { test } = ENVIRONMENTS;
    const once = monthlyCosts(templates, test);
    const twice = monthlyCosts([...templates, ...templates], test);
    const amount = (costs: typeof once, what: string) => costs.lines.find((line) => line.what === what)?.usd ?? 0;
    for (const what of ['encryption key', 'secrets', 'metrics that alarms watch']) {
      expect(amount(twice, what), what)
        .to.be.closeTo(2 * amount(once, what), 1e-9)
        .and.greaterThan(0);
    }
    const eager = monthlyCosts(templates, { ...test, pollingInterval: 'rate(1 minute)' });
    expect(amount(eager, 'polls: time'))
      .to.be.closeTo(5 * amount(once, 'polls: time'), 1e-9)
      .and.greaterThan(0);
  });

  it('counts each metric of an expression', () => {
    const alarm = (Properties: object) => ({ Type: 'AWS::CloudWatch::Alarm', Properties: { ...Properties } });
    const stat = { Id: 'a', MetricStat: {} };
    const [template] = templates;
    if (template === undefined) throw new Error('there is no template');
    const Resources = { One: alarm({ MetricName: 'x' }), Two: alarm({ Metrics: [{ Id: 'e' }, stat, stat] }) };
    const { lines } = monthlyCosts([{ ...template, Resources }], ENVIRONMENTS.test);
    expect(lines.find(({ price }) => price === 'alarmMetric')?.quantity).to.equal(3);
  });

  it('names the dashboard on a line of its own, which a setting takes away', () => {
    const { test } = ENVIRONMENTS;
    expect(monthlyCosts(templates, test).dashboardUsd).to.equal(3);
    expect(monthlyCosts(templates, { ...test, dashboard: false }).dashboardUsd).to.equal(0);
    expect(renderCosts(templates, { bare: { ...test, dashboard: false } })).to.match(/\| dashboard .* \| 0\.00 \|/);
  });
});
