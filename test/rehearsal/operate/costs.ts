import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect } from 'chai';
import { METRIC_NAMESPACE, METRICS } from '../../../src/core/names.ts';
import { stackTags } from '../../../src/stacks/documents/samconfig.ts';
import { ENVIRONMENTS } from '../../../src/stacks/environments.ts';
import { PLACE } from '../../support/system/repository.ts';
import { clientSettings, type LifeCycle } from './life-cycle.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What the environment has cost, by a bill that the emulator does not write, and the rows of its deployed table. */
export function describeCosts(at: () => LifeCycle): void {
  describe('kiro-worker costs', () => {
    let folder: string;
    let cloudWatch: CloudWatchClient;
    const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
    const [today, yesterday, since] = [dayBefore(0), dayBefore(1), dayBefore(24)];
    const bill = () => at().operator.proxy.bill;
    const run = (...args: string[]) => at().operator.run(['costs', '--env', 'test', '--since', since, ...args]);

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-costs-'));
      cloudWatch = new CloudWatchClient(clientSettings(at()));
      const tags = stackTags(ENVIRONMENTS.test);
      bill().lines.push(
        { day: since, service: 'AWS CodeBuild', amount: 1.25, tags },
        { day: yesterday, service: 'AWS CodeBuild', amount: 2.5, tags },
        { day: yesterday, service: 'AWS Lambda', amount: 0.25, tags },
        { day: yesterday, service: 'AWS Lambda', amount: 99, tags: { ...tags, Environment: 'staging' } },
        { day: yesterday, service: 'Amazon EC2', amount: 99, tags: {} },
      );
    });
    after(async () => {
      cloudWatch?.destroy();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    /** The emulator takes no metrics out of logs, as CloudWatch does. */
    const put = async (MetricName: string, [day, Value]: readonly [string, number]) => {
      const Dimensions = [{ Name: 'Environment', Value: 'test' }];
      const datum = { MetricName, Dimensions, Value, Timestamp: new Date(day), Unit: 'Count' as const };
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData: [datum] }));
    };

    it('says how to activate the tags while the account does not count by them', async () => {
      const { code, stdout, stderr } = await run();
      expect(code, stderr).to.equal(0);
      expect(stdout).to.include('aws ce update-cost-allocation-tags-status').and.include('TagKey=Environment');
      expect(stdout).not.to.include('AWS CodeBuild');
    });

    it('says what to do where Cost Explorer has no data at all', async () => {
      bill().isAvailable = false;
      const { code, stderr } = await run();
      bill().isAvailable = true;
      expect(code).to.equal(1);
      expect(stderr)
        .to.include('DataUnavailableException')
        .and.match(/[Ee]nable Cost Explorer/);
    });

    it('adds up what bears both tags on every page, with credits by day, card and completed pull request', async () => {
      for (const tag of ['Project', 'Environment']) bill().activeTags.add(tag);
      await put(METRICS.agentCredits, [yesterday, 6]);
      await put(METRICS.agentCredits, [today, 2]);
      await put(METRICS.runsCompleted, [yesterday, 2]);
      const before = at().operator.proxy.operations.length;
      const { code, stdout, stderr } = await run('--json');
      expect(code, stderr).to.equal(0);
      const asked = at().operator.proxy.operations.slice(before);
      expect(asked.filter((one) => one === 'GetCostAndUsage')).to.have.length(3);
      const found = JSON.parse(stdout);
      expect(found).to.deep.include({
        ...{ environment: 'test', fromDay: since, currency: 'USD', total: 4 },
        services: [
          { service: 'AWS CodeBuild', amount: 3.75 },
          { service: 'AWS Lambda', amount: 0.25 },
        ],
        days: [
          { day: since, amount: 1.25 },
          { day: yesterday, amount: 2.75 },
        ],
        credits: { [yesterday]: 6, [today]: 2 },
        ...{ completedRuns: 2, perCompletedRun: { amount: 2, credits: 4 } },
      });
      expect(found.cards.map(({ branch }: { branch: string }) => branch)).to.deep.equal([PLACE.branch]);
    });

    it('shows that as tables, and writes the filter of the plain line, which it prints', async () => {
      const file = path.join(folder, 'cost-filter.json');
      const { code, stdout, stderr } = await run('--filter-file', file);
      expect(code, stderr).to.equal(0);
      expect(stdout)
        .to.match(/AWS CodeBuild\s.*3\.75/)
        .and.match(new RegExp(`${yesterday}\\s.*2\\.75.*6\\.0`));
      expect(stdout).to.include('Each of 2 completed runs: 2.00 USD and 4.0 agent credits.');
      expect(stdout).to.match(/^Next: aws ce get-cost-and-usage .*cost-filter\.json$/m);
      expect(JSON.parse(await readFile(file, 'utf8'))).to.have.nested.property('And[1].Tags.Values[0]', 'test');
    });
  });
}
