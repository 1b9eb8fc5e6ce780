import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { expect } from 'chai';
import {
  AwsRefusal,
  type AwsServer,
  type Input,
  startAwsServer,
} from '../../../../test/support/servers/aws-protocols.ts';
import { createAccountProbe } from './account-probe.ts';

describe('the probe of an account', () => {
  let server: AwsServer;
  let asked: { call: string; input: Input }[];
  let values: number[];
  const clients: { destroy(): void }[] = [];
  beforeEach(async () => {
    asked = [];
    values = [];
    server = await startAwsServer(({ service, operation, input }) => {
      asked.push({ call: `${service}:${operation}`, input });
      if (operation === 'StartBuild') return { build: { id: 'p:1' } };
      if (operation === 'GetMetricData') return { MetricDataResults: [{ Id: 'filled', Values: values }] };
      if (operation === 'DescribeAlarmHistory')
        return { AlarmHistoryItems: [{ HistorySummary: 'Successfully executed action' }] };
      if (operation === 'SetAlarmState') return {};
      throw new AwsRefusal('AccessDenied', { message: operation, status: 403 });
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await server.close();
  });
  function probe() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const settings = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 };
    const codeBuild = new CodeBuildClient(settings);
    const cloudWatch = new CloudWatchClient(settings);
    clients.push(codeBuild, cloudWatch);
    return createAccountProbe({ codeBuild, cloudWatch, projectName: 'kiro-worker-test' });
  }

  it('starts a build without source whose only command is the script', async () => {
    const script = 'echo "a: b"\n# \'quotes\'';
    expect(await probe().startScript(script)).to.equal('p:1');
    const input = asked[0]?.input ?? {};
    expect(input).to.include({ projectName: 'kiro-worker-test', sourceTypeOverride: 'NO_SOURCE' });
    expect(JSON.parse(String(input.buildspecOverride))).to.deep.equal({
      version: '0.2',
      phases: { build: { commands: [script] } },
    });
  });

  it('rings, reads what an alarm did, and tells FILL of nothing from FILL of 0', async () => {
    await probe().ring('an-alarm');
    expect(await probe().actionsOf('an-alarm', 0)).to.deep.equal(['Successfully executed action']);
    expect(await probe().fillOfNothing()).to.equal(null);
    values = [0];
    expect(await probe().fillOfNothing()).to.equal(0);
    expect(asked.map(({ call }) => call)).to.deep.equal([
      'monitoring:SetAlarmState',
      'monitoring:DescribeAlarmHistory',
      'monitoring:GetMetricData',
      'monitoring:GetMetricData',
    ]);
  });
});
