import type { Alarm, AlarmMetric, Figure, MetricOwner } from './alarms/alarm.ts';
import { BUILD_ALARMS } from './alarms/builds.ts';
import { LOCK_ALARMS } from './alarms/locks.ts';
import { POLLER_ALARMS } from './alarms/poller.ts';
import type { Value } from './cfn/intrinsics.ts';
import { equals, not, sub } from './cfn/intrinsics.ts';
import { onlyOverTls, resourcePolicyOf } from './cfn/policy.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CodeBuildOutputs } from './codebuild.ts';
import type { CoreOutputs } from './core.ts';
import type { PollerOutputs } from './poller.ts';
import { addDashboard } from './resources/dashboard.ts';
import { arnOf } from './resources/grants.ts';
import { nameOf } from './stack-names.ts';

export type MonitoringOutputs = OutputValues<'AlertTopicArn' | 'DashboardName'>;

export const ALARMS: readonly Alarm[] = [...POLLER_ALARMS, ...BUILD_ALARMS, ...LOCK_ALARMS];

export interface MonitoringInputs {
  readonly core: CoreOutputs;
  readonly poller: PollerOutputs;
  readonly codeBuild: CodeBuildOutputs;
}

/** Adds the alert topic, the alarms, and the dashboard. */
export function addMonitoring(scope: Scope, inputs: MonitoringInputs): MonitoringOutputs {
  const topic = addAlertTopic(scope, inputs.core);
  for (const alarm of ALARMS) addAlarm(scope, { alarm, inputs, topic });
  const wanted = scope.parameter('DashboardEnabled', {
    Type: 'String',
    Description: 'false: no CloudWatch dashboard, which costs more than all alarms together',
    Default: 'true',
    AllowedValues: ['true', 'false'],
  });
  const hasDashboard = scope.condition('HasDashboard', equals(wanted, 'true'));
  const dashboard = addDashboard(scope, hasDashboard);
  return scope.outputs({
    AlertTopicArn: { value: topic.ref, description: 'Topic of all alarms; subscribe everybody who should be notified' },
    DashboardName: { value: dashboard.ref, description: 'CloudWatch dashboard', condition: hasDashboard },
  });
}

function addAlertTopic(scope: Scope, core: CoreOutputs): Resource<'AWS::SNS::Topic'> {
  const email = scope.parameter('AlertEmail', {
    Type: 'String',
    Description: 'E-mail address for all alarms (confirm the subscription mail); empty: subscribe later',
    Default: '',
  });
  const topic = scope.resource('AlertTopic', {
    type: 'AWS::SNS::Topic',
    properties: {
      TopicName: nameOf('alertTopic'),
      DisplayName: sub`Kiro Worker ${scope.environment} Alerts`,
      // Not alias/aws/sns: CloudWatch may not use that key, so no alarm would arrive.
      KmsMasterKeyId: core.KmsKeyArn,
    },
  });
  scope.resource('AlertTopicPolicy', {
    type: 'AWS::SNS::TopicPolicy',
    properties: {
      Topics: [topic.ref],
      PolicyDocument: resourcePolicyOf([
        {
          sid: 'OnlyOurAlarms',
          principal: { Service: 'cloudwatch.amazonaws.com' },
          actions: ['sns:Publish'],
          resources: [topic.ref],
          conditions: { ArnLike: { 'aws:SourceArn': arnOf('cloudwatch', sub`alarm:${nameOf('alarmPrefix')}*`) } },
        },
        onlyOverTls({ actions: ['sns:Publish'], resources: [topic.ref] }),
      ]),
    },
  });
  scope.resource('AlertSubscription', {
    type: 'AWS::SNS::Subscription',
    condition: scope.condition('HasAlertEmail', not(equals(email, ''))),
    properties: { TopicArn: topic.ref, Protocol: 'email', Endpoint: email },
  });
  return topic;
}

function addAlarm(
  scope: Scope,
  { alarm, inputs, topic }: { alarm: Alarm; inputs: MonitoringInputs; topic: Resource<'AWS::SNS::Topic'> },
): void {
  const figure = (value: Figure): Value<number> => (typeof value === 'number' ? value : scope.setting(value.setting));
  scope.resource(alarmId(alarm.name), {
    type: 'AWS::CloudWatch::Alarm',
    properties: {
      AlarmName: sub`${nameOf('alarmPrefix')}${alarm.name}`,
      AlarmDescription: `${alarm.meaning} ${alarm.remedy} Runbook: docs/alarms.md#${alarm.name}`,
      ...metricProperties(scope, { alarm, inputs, period: figure(alarm.periodSeconds) }),
      EvaluationPeriods: figure(alarm.periods),
      ...(alarm.datapoints === undefined ? {} : { DatapointsToAlarm: alarm.datapoints }),
      ComparisonOperator: alarm.when === 'below' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
      Threshold: figure(alarm.threshold),
      TreatMissingData: alarm.missing.treat,
      AlarmActions: [topic.ref],
      OKActions: [topic.ref],
    },
  });
}

function metricProperties(
  scope: Scope,
  { alarm, inputs, period }: { alarm: Alarm; inputs: MonitoringInputs; period: Value<number> },
) {
  const metrics = Object.entries(alarm.metrics).map(([id, metric]) => ({
    id,
    metric,
    query: metricQuery(scope, { metric, inputs }),
  }));
  if (alarm.expression === undefined) {
    return metrics
      .slice(0, 1)
      .map(({ metric, query }) => ({ ...query, Statistic: metric.statistic, Period: period }))[0];
  }
  return {
    Metrics: [
      { Id: 'verdict', Expression: alarm.expression, Label: alarm.name, ReturnData: true },
      ...metrics.map(({ id, metric, query }) => ({
        Id: id,
        ReturnData: false,
        MetricStat: { Metric: query, Stat: metric.statistic, Period: period },
      })),
    ],
  };
}

function metricQuery(scope: Scope, { metric, inputs }: { metric: AlarmMetric; inputs: MonitoringInputs }) {
  const [name, value] = dimensionOf(scope, { owner: metric.of, inputs });
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: [{ Name: name, Value: value }],
  };
}

/** Returns the dimension that identifies a metric's emitter: name and value. */
function dimensionOf(
  scope: Scope,
  { owner, inputs }: { owner: MetricOwner; inputs: MonitoringInputs },
): [string, Value<string>] {
  const { poller, codeBuild } = inputs;
  const dimensions: Readonly<Record<MetricOwner, [string, Value<string>]>> = {
    poller: ['FunctionName', poller.PollerFunctionName],
    finalizer: ['FunctionName', poller.FinalizerFunctionName],
    pollerDeadLetters: ['QueueName', poller.PollerDeadLettersName],
    finalizerDeadLetters: ['QueueName', poller.FinalizerDeadLettersName],
    project: ['ProjectName', codeBuild.ProjectName],
    environment: ['Environment', scope.environment],
  };
  return dimensions[owner];
}

function alarmId(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Alarm`;
}
