import { METRICS } from '../../../src/core/names.ts';
import { settingsOf } from '../../../src/stacks/environments/settings.ts';
import { ENVIRONMENTS, SANDBOX } from '../../../src/stacks/environments.ts';
import { ALARMS } from '../../../src/stacks/monitoring.ts';
import { at, findKey, listOf } from '../json.ts';
import type { Found, Invariant, PlainMetric } from '../model.ts';
import { inOwnEnvironment, metricsOf, place, resolve, resourcesOf } from '../model.ts';

/** Metrics that AWS emits for our resources, with their dimensions (from the services' documentation). */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/Lambda Errors': ['FunctionName'],
  'AWS/Lambda Duration': ['FunctionName'],
  'AWS/Lambda Invocations': ['FunctionName'],
  'AWS/SQS ApproximateNumberOfMessagesVisible': ['QueueName'],
  'AWS/CodeBuild Duration': ['ProjectName'],
  'AWS/CodeBuild QueuedDuration': ['ProjectName'],
};

const DAY_SECONDS = 86_400;

export const monitoringInvariants: Readonly<Record<string, Invariant>> = {
  'every alarm is on a metric that is emitted, under the dimensions of its emitter': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      metricsOf(found).flatMap((metric) => metricProblems(metric).map((problem) => `${place(found)}: ${problem}`)),
    ),

  'alarms watch what the other stacks create': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      metricsOf(found).flatMap(({ dimensions }) =>
        dimensions
          .filter(([name, value]) => !isKnownEmitter(name, resolve(value, inOwnEnvironment(found))))
          .map(([name, value]) => `${place(found)}: ${name} is ${JSON.stringify(value)}`),
      ),
    ),

  'every alarm notifies the topic when it fires and when it clears': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) => {
      const { AlarmActions, OKActions } = found.resource.Properties;
      const right = [AlarmActions, OKActions].every((actions) => at(actions, '0.Ref') === 'AlertTopic');
      return right ? [] : [`${place(found)}: notifies nobody`];
    }),

  'every alarm can fire in every environment: its threshold is within the range of its metric': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      Object.keys(found.template.Mappings?.Settings ?? {}).flatMap((environment) => rangeProblems(found, environment)),
    ),

  'alarms stay within what CloudWatch allows': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Alarm').flatMap((found) =>
      Object.keys(found.template.Mappings?.Settings ?? {}).flatMap((environment) => {
        const period = Number(resolve(periodOf(found), { ...found, environment }));
        const span = period * Number(resolve(found.resource.Properties.EvaluationPeriods, { ...found, environment }));
        const most = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
        return period % 60 === 0 && period > 0 && span > 0 && span <= most
          ? []
          : [`${place(found)}: ${period} s, ${span} s in ${environment}`];
      }),
    ),

  'missing data is treated as each alarm says': (model) =>
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
        .map((found) => `${place(found)}: missing data counts as good`),
    ];
  },

  'every queue and function is watched': (model) => {
    const dimensions = resourcesOf(model, 'AWS::CloudWatch::Alarm')
      .filter(({ stack }) => stack === 'Monitoring')
      .flatMap((found) =>
        metricsOf(found).flatMap(({ dimensions }) => dimensions.map(([, value]) => resolve(value, found))),
      );
    return [
      '{PollerDeadLettersName}',
      '{FinalizerDeadLettersName}',
      '{PollerFunctionName}',
      '{FinalizerFunctionName}',
      '{ProjectName}',
    ]
      .filter((name) => !dimensions.includes(name))
      .map((name) => `nothing watches ${name}`);
  },

  'the dashboard shows metrics that are emitted': (model) =>
    resourcesOf(model, 'AWS::CloudWatch::Dashboard').flatMap((found) => {
      const body: unknown = JSON.parse(resolve(found.resource.Properties.DashboardBody, found));
      const rows = findKey(body, 'metrics').flat().map(listOf);
      const problems = rows.flatMap((row) => {
        const [namespace = '', name = '', ...pairs] = row.slice(0, -1).map(String);
        const dimensions = pairs.flatMap((key, index) => (index % 2 === 0 ? [[key, pairs[index + 1]] as const] : []));
        return metricProblems({ namespace, name, dimensions }).map((problem) => `${place(found)}: ${problem}`);
      });
      return rows.length > 10 ? problems : [`${place(found)}: shows only ${rows.length} metrics`];
    }),
};

function metricProblems({ namespace, name, dimensions }: PlainMetric): string[] {
  const names = dimensions.map(([dimension]) => dimension).join();
  const isOwn = namespace === 'KiroWorker' && Object.values<string>(METRICS).includes(name);
  const expected = isOwn ? 'Environment' : OF_AWS[`${namespace} ${name}`]?.join();
  return expected === names ? [] : [`nobody emits ${namespace} ${name} by ${names}`];
}

function isKnownEmitter(dimension: string, value: string): boolean {
  const known: Readonly<Record<string, RegExp>> = {
    FunctionName: /^\{(Poller|Finalizer)Function(Name)?\}$/,
    QueueName: /^\{(Poller|Finalizer)DeadLetters(Name|\.QueueName)\}$/,
    ProjectName: /^\{Project(Name)?\}$/,
    Environment: /^(test|sandbox)$/,
  };
  return known[dimension]?.test(value) ?? false;
}

function periodOf({ resource }: Found): unknown {
  return resource.Properties.Period ?? findKey(resource.Properties.Metrics, 'Period')[0];
}

function rangeProblems(found: Found, environment: string): string[] {
  const { template } = found;
  const settings = template.Mappings?.Settings?.[environment] ?? {};
  const alarm = ALARMS.find(({ name }) =>
    String(at(found.resource.Properties, 'AlarmName.Fn::Sub')).endsWith(`-${name}`),
  );
  if (alarm === undefined) return [`${place(found)}: no range is given for it`];
  const threshold = Number(resolve(found.resource.Properties.Threshold, { template, environment }));
  const { worst, healthy } = alarm.range;
  const reached = typeof worst === 'number' ? worst : worst(settingsOf(configOf(environment)));
  const below = found.resource.Properties.ComparisonOperator === 'LessThanThreshold';
  const fires = below ? reached < threshold : reached >= threshold;
  const usual = typeof healthy === 'function' ? healthy(settingsOf(configOf(environment))) : healthy;
  const clears = usual === null || (below ? usual >= threshold : usual < threshold);
  const polls = Number(settings.pollPeriodSeconds ?? 0);
  const period = Number(resolve(periodOf(found), { template, environment }));
  const everyPoll = metricsOf(found).some(
    ({ namespace, name }) => namespace === 'KiroWorker' && name !== METRICS.agentCredits,
  );
  return [
    ...(fires ? [] : [`${place(found)} in ${environment}: at worst ${reached}, threshold ${threshold}`]),
    ...(clears ? [] : [`${place(found)} in ${environment}: fires although everything works`]),
    ...(everyPoll && period < polls
      ? [`${place(found)} in ${environment}: a period of ${period} s without a poll`]
      : []),
  ];
}

function configOf(environment: string) {
  const all = [...Object.values(ENVIRONMENTS), SANDBOX];
  const config = all.find((one) => one.environment === environment);
  if (config === undefined) throw new Error(`There is no environment ${environment}.`);
  return config;
}
