import { METRICS } from '../../src/core/names.ts';
import { ALARMS } from '../../src/stacks/monitoring.ts';
import { environmentOf, place, templateOf } from './data-intents.ts';
import type { Found, Intent, Model } from './model.ts';
import { at, findKey, resolve, resourcesOf } from './model.ts';

interface PlainMetric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: ReadonlyArray<{ readonly Name: string; readonly Value: unknown }>;
}

/** Metrics that AWS emits for what we have, with the dimensions under which it does (from the services' documentation). */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda Errors': ['FunctionName'],
  'AWS/Lambda Duration': ['FunctionName'],
  'AWS/Lambda Throttles': ['FunctionName'],
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['QueueName'],
  'AWS/CodeBuild Duration': ['ProjectName'],
  'AWS/CodeBuild FailedBuilds': ['ProjectName'],
  'AWS/CodeBuild QueuedDuration': ['ProjectName'],
  'AWS/DynamoDB SystemErrors': ['TableName', 'Operation'],
  'AWS/DynamoDB ReadThrottleEvents': ['TableName'],
  'AWS/DynamoDB WriteThrottleEvents': ['TableName'],
};

const DAY_SECONDS = 86_400;

export const monitoringIntents: Readonly<Record<string, Intent>> = {
  'every alarm is on a metric that is emitted, under the dimensions of its emitter': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      metricsOf(found).flatMap((metric) => metricProblems(metric).map((problem) => `${place(found)}: ${problem}`)),
    ),

  'alarms watch what the other stacks make': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      metricsOf(found).flatMap(({ Dimensions }) =>
        Dimensions.filter(
          ({ Name, Value }) => !watched(Name, resolve(Value, templateOf(model, found), environmentOf(found))),
        ).map(({ Name, Value }) => `${place(found)}: ${Name} is ${JSON.stringify(Value)}`),
      ),
    ),

  'every alarm tells the topic, when it fires and when all is well': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) => {
      const { AlarmActions, OKActions } = found.resource.Properties;
      const right = [AlarmActions, OKActions].every((actions) => at(actions, '0.Ref') === 'AlertTopic');
      return right ? [] : [`${place(found)}: tells nobody`];
    }),

  'every alarm can fire in every environment: its threshold lies within reach': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      Object.keys(templateOf(model, found).Mappings?.Settings ?? {}).flatMap((environment) =>
        reachProblems(model, found, environment),
      ),
    ),

  'alarms stay within what CloudWatch allows': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      Object.keys(templateOf(model, found).Mappings?.Settings ?? {}).flatMap((environment) => {
        const period = Number(resolve(periodOf(found), templateOf(model, found), environment));
        const span =
          period * Number(resolve(found.resource.Properties.EvaluationPeriods, templateOf(model, found), environment));
        const most = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
        return period % 60 === 0 && period > 0 && span > 0 && span <= most
          ? []
          : [`${place(found)}: ${period} s, ${span} s in ${environment}`];
      }),
    ),

  'missing data is treated on purpose': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) => {
      const { TreatMissingData } = found.resource.Properties;
      const alarm = ALARMS.find(({ name }) =>
        String(at(found.resource.Properties, 'AlarmName.Fn::Sub')).endsWith(`-${name}`),
      );
      return alarm?.missing.treat === TreatMissingData ? [] : [`${place(found)}: ${TreatMissingData}`];
    }),

  'a stopped poller is noticed': (model) => {
    const stopped = resourcesOf(model, 'AWS::CloudWatch::Alarm').filter(({ id }) => id === 'PollerStoppedAlarm');
    return [
      ...(stopped.length === 2 ? [] : ['there is no alarm for a stopped poller']),
      ...stopped
        .filter(({ resource }) => resource.Properties.TreatMissingData !== 'breaching')
        .map((found) => `${place(found)}: silence counts as good`),
    ];
  },

  'every queue and function is watched': (model) => {
    const dimensions = resourcesOf(model, 'AWS::CloudWatch::Alarm')
      .filter(({ stack }) => stack === 'Monitoring')
      .flatMap((found) =>
        metricsOf(found).flatMap(({ Dimensions }) =>
          Dimensions.map(({ Value }) => resolve(Value, templateOf(model, found), 'test')),
        ),
      );
    return [
      '{PollerDeadLettersName}',
      '{FinalizerDeadLettersName}',
      '{PollerFunctionName}',
      '{FinalizerFunctionName}',
      '{LocksTableName}',
      '{ProjectName}',
    ]
      .filter((name) => !dimensions.includes(name))
      .map((name) => `nothing watches ${name}`);
  },

  'the dashboard shows metrics that are emitted': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Dashboard').flatMap((found) => {
      const body = JSON.parse(
        resolve(found.resource.Properties.DashboardBody, templateOf(model, found), 'test'),
      ) as unknown;
      const rows = findKey(body, 'metrics').flat() as unknown[][];
      const problems = rows.flatMap((row) => {
        const [Namespace = '', MetricName = '', ...dimensions] = row.slice(0, -1).map(String);
        const Dimensions = dimensions.flatMap((Name, index) =>
          index % 2 === 0 ? [{ Name, Value: dimensions[index + 1] }] : [],
        );
        return metricProblems({ Namespace, MetricName, Dimensions }).map((problem) => `${place(found)}: ${problem}`);
      });
      return rows.length > 10 ? problems : [`${place(found)}: shows only ${rows.length} metrics`];
    }),
};

export function metricsOf({ resource }: Found): PlainMetric[] {
  if (resource.Properties.Metrics === undefined) return [resource.Properties as unknown as PlainMetric];
  return findKey(resource.Properties.Metrics, 'Metric') as PlainMetric[];
}

function metricProblems({ Namespace, MetricName, Dimensions }: PlainMetric): string[] {
  const names = Dimensions.map(({ Name }) => Name);
  if (Namespace === 'KiroWorker') {
    const known = (Object.values(METRICS) as string[]).includes(MetricName);
    const right = names.join() === 'Environment';
    return known && right ? [] : [`nobody emits ${Namespace} ${MetricName} by ${names.join()}`];
  }
  return OF_AWS[`${Namespace} ${MetricName}`]?.join() === names.join()
    ? []
    : [`nobody emits ${Namespace} ${MetricName} by ${names.join()}`];
}

function watched(dimension: string, value: string): boolean {
  const known: Readonly<Record<string, RegExp>> = {
    FunctionName: /^\{(Poller|Finalizer)Function(Name)?\}$/,
    QueueName: /^\{(Poller|Finalizer)DeadLetters(Name|\.QueueName)\}$/,
    TableName: /^\{LocksTable(Name)?\}$/,
    ProjectName: /^\{Project(Name)?\}$/,
    Environment: /^(test|sandbox)$/,
    Operation: /^(UpdateItem|Query)$/,
  };
  return known[dimension]?.test(value) ?? false;
}

function periodOf({ resource }: Found): unknown {
  return resource.Properties.Period ?? findKey(resource.Properties.Metrics, 'Period')[0];
}

function reachProblems(model: Model, found: Found, environment: string): string[] {
  const template = templateOf(model, found);
  const settings = template.Mappings?.Settings?.[environment] ?? {};
  const alarm = ALARMS.find(({ name }) =>
    String(at(found.resource.Properties, 'AlarmName.Fn::Sub')).endsWith(`-${name}`),
  );
  if (alarm === undefined) return [`${place(found)}: no arithmetic says that it can fire`];
  const threshold = Number(resolve(found.resource.Properties.Threshold, template, environment));
  const { worst, healthy } = alarm.reach;
  const reached = typeof worst === 'number' ? worst : worst({ ...SIZES, ...settings } as never);
  const below = found.resource.Properties.ComparisonOperator === 'LessThanThreshold';
  const fires = below ? reached < threshold : reached >= threshold;
  const clears = healthy === null || (below ? healthy >= threshold : healthy < threshold);
  const polls = Number(settings.pollPeriodSeconds ?? 0);
  const period = Number(resolve(periodOf(found), template, environment));
  const everyPoll = metricsOf(found).some(
    ({ Namespace, MetricName }) => Namespace === 'KiroWorker' && MetricName !== METRICS.agentCredits,
  );
  return [
    ...(fires ? [] : [`${place(found)} in ${environment}: at worst ${reached}, threshold ${threshold}`]),
    ...(clears ? [] : [`${place(found)} in ${environment}: fires although all is well`]),
    ...(everyPoll && period < polls
      ? [`${place(found)} in ${environment}: a period of ${period} s without a poll`]
      : []),
  ];
}

/** Settings that stand in the mappings of other stacks than Monitoring. */
const SIZES = { lambdaTimeoutSeconds: 300, buildTimeoutMinutes: 60, maxConcurrentBuilds: 1 };
