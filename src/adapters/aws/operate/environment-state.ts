import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { METRIC_NAMESPACE, resourceNames } from '../../../core/names.ts';
import type { AlarmState, EnvironmentState } from '../../../core/ports/operate/environment-state.ts';
import { parseChosenRelease } from '../../../core/release.ts';
import { awsFailure } from '../aws-failure.ts';
import { describeStack } from '../cloudformation/stack-reader.ts';
import { getParameter } from './get-parameter.ts';

interface Options {
  readonly environment: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
}

/** Returns what CloudFormation, CloudWatch, SQS and SSM say of an environment. */
export function createEnvironmentState(options: Options): EnvironmentState {
  return {
    async stack(name) {
      const found = await describeStack(options.cloudFormation, name);
      return { name, status: found?.status ?? null, changedAtMs: found?.changedAtMs ?? null };
    },
    waiting: (queueName) => waiting(options, queueName),
    alarms: (names) => alarms(options, names),
    lowest: (metric, sinceMs) => lowest(options, { metric, sinceMs }),
    async release() {
      const name = resourceNames(options.environment).releaseParameter;
      const found = await getParameter(options.ssm, name);
      return parseChosenRelease(found?.Value ?? '', `The SSM parameter ${name}`)?.hash ?? null;
    },
  };
}

async function waiting({ sqs }: Options, queueName: string): Promise<number | null> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
    const command = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    });
    const { Attributes = {} } = await sqs.send(command);
    return (
      Number(Attributes.ApproximateNumberOfMessages ?? 0) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0)
    );
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw awsFailure(`The queue ${queueName} could not be read.`, error);
  }
}

async function alarms({ cloudWatch }: Options, names: readonly string[]): Promise<AlarmState[]> {
  try {
    const command = new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: 100 });
    return ((await cloudWatch.send(command)).MetricAlarms ?? []).map(alarmState);
  } catch (error) {
    throw awsFailure('The alarms could not be read.', error);
  }
}

function alarmState(alarm: MetricAlarm): AlarmState {
  const { AlarmName = '', StateValue = 'unknown', StateReason = '', StateUpdatedTimestamp } = alarm;
  return {
    name: AlarmName,
    state: StateValue,
    reason: StateReason,
    sinceMs: StateUpdatedTimestamp?.getTime() ?? null,
  };
}

async function lowest(
  { cloudWatch, environment }: Options,
  { metric, sinceMs }: { metric: string; sinceMs: number },
): Promise<number | null> {
  try {
    const command = new GetMetricStatisticsCommand({
      Namespace: METRIC_NAMESPACE,
      MetricName: metric,
      Dimensions: [{ Name: 'Environment', Value: environment }],
      StartTime: new Date(sinceMs),
      EndTime: new Date(),
      Period: 300,
      Statistics: ['Minimum'],
    });
    const points = (await cloudWatch.send(command)).Datapoints ?? [];
    const values = points.flatMap(({ Minimum }) => Minimum ?? []);
    return values.length === 0 ? null : Math.min(...values);
  } catch (error) {
    throw awsFailure(`The metric ${metric} could not be read.`, error);
  }
}
