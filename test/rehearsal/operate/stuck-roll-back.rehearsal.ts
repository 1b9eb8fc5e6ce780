import { CloudFormationClient, CreateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeMetricFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect } from 'chai';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import { stackTags } from '../../../src/stacks/documents/samconfig.ts';
import { ENVIRONMENTS } from '../../../src/stacks/environments.ts';
import { type Operator, openOperator } from './operator.ts';

const STACK = 'KiroWorkerMonitoring';
const GROUP = { logGroupName: 'kiro-worker-deleted-by-hand' };

/** The usual way into UPDATE_ROLLBACK_FAILED: somebody deletes by hand what the roll-back needs (AWS re:Post, "Why is my
 *  CloudFormation stack stuck in the UPDATE_ROLLBACK_FAILED state?"). */
describe('a stack in UPDATE_ROLLBACK_FAILED', function () {
  this.timeout(120_000);
  this.bail(true);
  let operator: Operator;
  let cloudFormation: CloudFormationClient;
  let logs: CloudWatchLogsClient;

  before(async () => {
    operator = await openOperator();
    const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
    const settings = { region: 'us-east-1', endpoint: operator.proxy.endpoint, credentials };
    cloudFormation = new CloudFormationClient(settings);
    logs = new CloudWatchLogsClient(settings);
    const Tags = Object.entries(stackTags(ENVIRONMENTS.test)).map(([Key, Value]) => ({ Key, Value }));
    const send = { StackName: STACK, Tags };
    await logs.send(new CreateLogGroupCommand(GROUP));
    const TemplateBody = JSON.stringify({ Resources: filterOf('ERROR') });
    await cloudFormation.send(new CreateStackCommand({ ...send, TemplateBody }));
    await reaches('CREATE_COMPLETE');
    const failing = JSON.stringify({ Resources: { ...filterOf('WARN'), ...NEVER_SIGNALLED } });
    await cloudFormation.send(new UpdateStackCommand({ ...send, TemplateBody: failing }));
    await eventually('The filter was not changed', async () => {
      const { metricFilters = [] } = await logs.send(new DescribeMetricFiltersCommand(GROUP));
      return metricFilters[0]?.filterPattern === 'WARN' ? metricFilters : null;
    });
    await logs.send(new DeleteLogGroupCommand(GROUP));
    await reaches('UPDATE_ROLLBACK_FAILED');
  });
  after(async () => {
    cloudFormation?.destroy();
    logs?.destroy();
    await operator?.close();
  });

  /** Looks until there is something, at most for 20 seconds. */
  const eventually = async <T>(what: string, look: () => Promise<T | null>): Promise<T> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = await look();
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what} within 20 seconds.`);
  };
  const reaches = (wanted: string) =>
    eventually(`${STACK} did not reach ${wanted}`, async () => {
      const stack = await createStackService(cloudFormation).describe(STACK);
      return stack?.status === wanted ? stack : null;
    });
  const recover = (...args: string[]) => operator.run(['recover', '--env', 'test', STACK, ...args]);

  it('takes no deployment, which names the way out', async () => {
    const { code, stderr } = await operator.run(['deploy', '--env', 'test', '--yes']);
    expect(code).to.equal(1);
    expect(stderr).to.include(`${STACK} is in the state UPDATE_ROLLBACK_FAILED`);
    expect(stderr).to.include(`npx kiro-worker recover --env test ${STACK}`);
  });

  it('is tried again as a whole first; what is still in the way is named, and how to leave it out', async () => {
    const { code, stderr } = await recover();
    expect(code).to.equal(1);
    expect(stderr).to.include('Filter (AWS::Logs::MetricFilter)').and.include(`${STACK} --skip Filter`);
    expect(operator.proxy.operations).to.include('ContinueUpdateRollback');
  });

  it('leaves out nothing that is not in the way, and nothing without approval', async () => {
    const wrong = await recover('--skip', 'Handle', '--yes');
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.include('Name some of Filter');
    expect(await recover('--skip', 'Filter', '--no-input')).to.include({ code: 3 });
    await reaches('UPDATE_ROLLBACK_FAILED');
  });

  it('is as it was once what was in the way is mended', async () => {
    await logs.send(new CreateLogGroupCommand(GROUP));
    const { code, stdout, stderr } = await recover('--json');
    expect(code, stderr).to.equal(0);
    expect(JSON.parse(stdout).stacks).to.deep.equal([
      {
        ...{ stackName: STACK, before: 'UPDATE_ROLLBACK_FAILED', after: 'UPDATE_ROLLBACK_COMPLETE' },
        action: 'rollback-continued',
      },
    ]);
  });
});

/** Lets an update fail after everything else: nobody ever sends the signal that it waits for. */
const NEVER_SIGNALLED = {
  Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  Wait: {
    Type: 'AWS::CloudFormation::WaitCondition',
    DependsOn: 'Filter',
    Properties: { Handle: { Ref: 'Handle' }, Timeout: '6' },
  },
};

function filterOf(FilterPattern: string) {
  const MetricTransformations = [{ MetricName: 'Lines', MetricNamespace: 'Rehearsal', MetricValue: '1' }];
  const Properties = { LogGroupName: GROUP.logGroupName, FilterPattern, MetricTransformations };
  return { Filter: { Type: 'AWS::Logs::MetricFilter', Properties } };
}
