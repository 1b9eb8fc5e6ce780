import { ENV } from '../../../src/core/names.ts';
import { FUNCTION_VARIABLES } from '../../../src/functions/settings.ts';
import { at, listAt, recordAt } from '../json.ts';
import type { Found, Invariant, Model } from '../model.ts';
import { inOwnEnvironment, place, resolve, resourcesOf, statementsOf, wrong } from '../model.ts';

/** Value of a variable, in environment test, linked by exports. */
const VALUES: Readonly<Record<string, string>> = {
  [ENV.locksTableName]: '{LocksTableName}',
  [ENV.artifactsBucketName]: '{ArtifactsBucketName}',
  [ENV.githubTokenSecretArn]: '{GitHubTokenSecretArn}',
  [ENV.gitCredentialsSecretArn]: '{GitCredentialsSecretArn}',
  [ENV.kiroApiKeySecretArn]: '{KiroApiKeySecretArn}',
  [ENV.projectConfigParameterName]: '{GitHubProjectConfigParameterName}',
  [ENV.releaseParameterName]: '/kiro-worker/test/release',
  [ENV.pausedParameterName]: '/kiro-worker/test/paused',
  [ENV.codeBuildProjectName]: 'kiro-worker-test',
  [ENV.environment]: 'test',
};

export const functionInvariants: Readonly<Record<string, Invariant>> = {
  'functions run on Node 24, on the processor of the environment, traced, with JSON logs and a time limit': (model) =>
    resourcesOf(model, 'AWS::Serverless::Function').flatMap((found) =>
      wrong(found, {
        Runtime: 'nodejs24.x',
        'Architectures.0.Ref': 'Architecture',
        Tracing: 'Active',
        Handler: 'handler.handler',
        'LoggingConfig.LogFormat': 'JSON',
        'Timeout.Fn::FindInMap.2': 'lambdaTimeoutSeconds',
        'MemorySize.Fn::FindInMap.2': 'lambdaMemoryMb',
      }),
    ),

  'each function has its own role, log group and code': (model) =>
    resourcesOf(model, 'AWS::Serverless::Function').flatMap((found) => {
      const others = resourcesOf(model, 'AWS::Serverless::Function').filter(
        ({ stack, id }) => stack === found.stack && id !== found.id,
      );
      return ['Role', 'LoggingConfig.LogGroup', 'CodeUri'].flatMap((path) => {
        const value = JSON.stringify(at(found.resource.Properties, path));
        const shared = others.some(({ resource }) => JSON.stringify(at(resource.Properties, path)) === value);
        return value === undefined || shared ? [`${place(found)}: ${path} is missing or shared`] : [];
      });
    }),

  'an event that the finalizer could not handle is kept; a failed poll is neither repeated nor kept': (model) =>
    resourcesOf(model, 'AWS::Serverless::Function').flatMap((found) => {
      const { Properties } = found.resource;
      const kept = at(Properties, 'EventInvokeConfig.DestinationConfig.OnFailure.Destination');
      const retries = at(Properties, 'EventInvokeConfig.MaximumRetryAttempts');
      const mayWrite = statementsOf(roleOf(model, found)?.resource)
        .filter(({ actions }) => actions.includes('sqs:SendMessage'))
        .map(({ resources }) => resolve(resources[0], found));
      if (found.id === 'PollerFunction') {
        const right = retries === 0 && kept === undefined && mayWrite.length === 0;
        return right ? [] : [`${place(found)}: a failed poll is repeated or kept`];
      }
      const right = kept !== undefined && mayWrite.includes(resolve(kept, found));
      return right ? [] : [`${place(found)}: its failed events are lost`];
    }),

  'every rule has a retry policy, may write to its queue, and may invoke its function': (model) =>
    resourcesOf(model, 'AWS::Events::Rule').flatMap((found) => ruleProblems(model, found)),

  'the schedule is that of the environment and can be paused': (model) =>
    resourcesOf(model, 'AWS::Events::Rule')
      .filter(({ id }) => id === 'PollerSchedule')
      .flatMap((found) => [
        ...wrong(found, { State: 'ENABLED' }),
        ...(resolve(found.resource.Properties.ScheduleExpression, inOwnEnvironment(found)) === 'rate(5 minutes)'
          ? []
          : [`${place(found)}: not the schedule of the environment`]),
      ]),

  'the finalizer receives every final build status, of our project only': (model) => {
    const rules = resourcesOf(model, 'AWS::Events::Rule').filter(({ id }) => id === 'BuildEnds');
    if (rules.length !== 2) return ['there is no rule for the end of builds'];
    return rules.flatMap((found) => {
      const statuses = new Set(listAt(found.resource.Properties, 'EventPattern.detail.build-status'));
      const missing = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'].filter(
        (status) => !statuses.has(status),
      );
      const projects = listAt(found.resource.Properties, 'EventPattern.detail.project-name').map((name) =>
        resolve(name, found),
      );
      return [
        ...missing.map((status) => `${place(found)}: ${status} is missing`),
        ...(projects.join() === 'kiro-worker-test' ? [] : [`${place(found)}: covers ${projects.join()}`]),
      ];
    });
  },

  'functions get exactly the variables that they read': (model) =>
    resourcesOf(model, 'AWS::Serverless::Function').flatMap((found) => {
      const variables = recordAt(found.resource.Properties, 'Environment.Variables');
      return variableProblems({ found, variables, expected: FUNCTION_VARIABLES });
    }),
};

function ruleProblems(model: Model, found: Found): string[] {
  const [target] = listAt(found.resource.Properties, 'Targets');
  const queueId = at(target, 'DeadLetterConfig.Arn.Fn::GetAtt.0');
  const arn = resolve(found.resource.Properties.Name, found);
  const mayWrite = resourcesOf(model, 'AWS::SQS::QueuePolicy').some(
    ({ stack, resource }) =>
      stack === found.stack &&
      at(resource.Properties, 'Queues.0.Ref') === queueId &&
      statementsOf(resource).some(
        ({ effect, condition }) =>
          effect === 'Allow' && resolve(at(condition, 'ArnEquals.aws:SourceArn'), found).endsWith(`rule/${arn}`),
      ),
  );
  const mayInvoke = resourcesOf(model, 'AWS::Lambda::Permission').some(
    ({ stack, resource }) =>
      stack === found.stack &&
      at(resource.Properties, 'SourceArn.Fn::GetAtt.0') === found.id &&
      at(resource.Properties, 'FunctionName.Ref') === at(target, 'Arn.Fn::GetAtt.0'),
  );
  return [
    ...(at(target, 'RetryPolicy.MaximumRetryAttempts') === undefined ? [`${place(found)}: no retry policy`] : []),
    ...(queueId === undefined ? [`${place(found)}: no dead-letter queue`] : []),
    ...(mayWrite ? [] : [`${place(found)}: its queue refuses it`]),
    ...(mayInvoke ? [] : [`${place(found)}: may not invoke its function`]),
  ];
}

export function variableProblems({
  found,
  variables,
  expected,
}: {
  found: Found;
  variables: Readonly<Record<string, unknown>>;
  expected: readonly string[];
}): string[] {
  const missing = expected.filter((name) => variables[name] === undefined);
  const unread = Object.keys(variables).filter((name) => !expected.includes(name));
  const different =
    found.stack === 'Sandbox'
      ? []
      : Object.entries(VALUES).filter(
          ([name, value]) => variables[name] !== undefined && resolve(variables[name], found) !== value,
        );
  return [
    ...missing.map((name) => `${place(found)}: ${name} is not set`),
    ...unread.map((name) => `${place(found)}: nothing reads ${name}`),
    ...different.map(([name, value]) => `${place(found)}: ${name} is not ${value}`),
  ];
}

function roleOf(model: Model, found: Found): Found | undefined {
  const id = at(found.resource.Properties, 'Role.Fn::GetAtt.0');
  return resourcesOf(model, 'AWS::IAM::Role').find((role) => role.stack === found.stack && role.id === id);
}
