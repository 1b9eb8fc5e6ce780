import type { Intrinsic } from './cfn/intrinsics.ts';
import { sub } from './cfn/intrinsics.ts';
import type { Grant } from './cfn/policy.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addFunction, functionVariables } from './function.ts';
import {
  arnOf,
  changeLocks,
  listLocks,
  projectArn,
  readParameters,
  readSecrets,
  sendToQueue,
  useKey,
  writeLogs,
  writeTraces,
} from './grants.ts';
import { addRole } from './role.ts';
import type { SecretsOutputs } from './secrets.ts';
import { nameOf } from './stack-names.ts';

export type PollerOutputs = OutputValues<
  | 'PollerFunctionName'
  | 'FinalizerFunctionName'
  | 'PollerDeadLettersName'
  | 'FinalizerDeadLettersName'
  | 'PollerRuleName'
>;

interface Inputs {
  readonly core: CoreOutputs;
  readonly secrets: SecretsOutputs;
}

/** Ends that CodeBuild reports; whatever the ending, the lock is closed. */
const ENDED = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];

/** Adds the poller on its schedule and the finalizer on the end of each build. */
export function addPoller(scope: Scope, inputs: Inputs): PollerOutputs {
  const poller = addPollerFunction(scope, inputs);
  const rule = addSchedule(scope, poller);
  const finalizer = addFinalizerFunction(scope, inputs);
  addBuildEndRule(scope, finalizer);
  return scope.outputs({
    PollerFunctionName: { value: poller.fn.ref, description: 'Function that polls the board' },
    FinalizerFunctionName: { value: finalizer.fn.ref, description: 'Function that closes what a build has left' },
    PollerDeadLettersName: { value: poller.queue.att('QueueName'), description: 'Queue of polls that failed' },
    FinalizerDeadLettersName: {
      value: finalizer.queue.att('QueueName'),
      description: 'Queue of build ends not handled',
    },
    PollerRuleName: { value: rule.ref, description: 'Schedule of the poller' },
  });
}

interface Wired {
  readonly fn: Resource<'AWS::Serverless::Function'>;
  readonly queue: Resource<'AWS::SQS::Queue'>;
}

function addPollerFunction(scope: Scope, { core, secrets }: Inputs): Wired {
  const queue = addDeadLetters(scope, {
    logicalId: 'PollerDeadLetters',
    name: nameOf('pollerDeadLetters'),
    keyArn: core.KmsKeyArn,
    ruleArn: arnOf('events', sub`rule/${nameOf('pollerRule')}`),
  });
  const role = addRole(scope, 'PollerRole', {
    service: 'lambda.amazonaws.com',
    description: 'What the poller of the Kiro worker may do',
    grants: [
      ...sharedGrants({ core, secrets, queue, logGroupName: core.PollerLogGroupName }),
      readParameters(
        [secrets.GitHubProjectConfigParameterName, nameOf('releaseParameter')],
        'reads which board to poll and which release of the worker to run',
      ),
      {
        sid: 'RunBuilds',
        actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
        resources: [projectArn()],
        why: 'starts builds, asks how they ended, and finds one whose start was answered too late',
      },
    ],
  });
  const fn = addFunction(scope, 'PollerFunction', {
    name: nameOf('pollerFunction'),
    description: 'Finds cards that are ready and starts a build for each',
    folder: 'src/functions/poller',
    role,
    logGroupName: core.PollerLogGroupName,
    deadLetters: queue,
    // The next tick is the retry.
    retries: 0,
    maxEventAgeSeconds: 60,
    variables: functionVariables(scope, { core, secrets }),
  });
  return { fn, queue };
}

function addFinalizerFunction(scope: Scope, { core, secrets }: Inputs): Wired {
  const queue = addDeadLetters(scope, {
    logicalId: 'FinalizerDeadLetters',
    name: nameOf('finalizerDeadLetters'),
    keyArn: core.KmsKeyArn,
    ruleArn: arnOf('events', sub`rule/${nameOf('finalizerRule')}`),
  });
  const role = addRole(scope, 'FinalizerRole', {
    service: 'lambda.amazonaws.com',
    description: 'What the finalizer of the Kiro worker may do',
    grants: [
      ...sharedGrants({ core, secrets, queue, logGroupName: core.FinalizerLogGroupName }),
      readParameters([secrets.GitHubProjectConfigParameterName], 'reads which board the card is on'),
      {
        sid: 'ReadBuilds',
        actions: ['codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
        resources: [projectArn()],
        why: 'asks how a build ended',
      },
    ],
  });
  const fn = addFunction(scope, 'FinalizerFunction', {
    name: nameOf('finalizerFunction'),
    description: 'Closes lock, card and pull request of a build that has ended',
    folder: 'src/functions/finalizer',
    role,
    logGroupName: core.FinalizerLogGroupName,
    deadLetters: queue,
    // An end is told once; the polls would find it too, but later.
    retries: 2,
    maxEventAgeSeconds: 3600,
    variables: functionVariables(scope, { core, secrets }),
  });
  return { fn, queue };
}

function sharedGrants({
  core,
  secrets,
  queue,
  logGroupName,
}: Inputs & { queue: Resource<'AWS::SQS::Queue'>; logGroupName: CoreOutputs['PollerLogGroupName'] }): Grant[] {
  return [
    writeLogs(logGroupName),
    writeTraces(),
    changeLocks(core.LocksTableName),
    ...listLocks(core.LocksTableName),
    readSecrets([secrets.GitHubTokenSecretArn], 'reads and writes cards, branches and comments on GitHub'),
    sendToQueue(queue.att('Arn')),
    useKey(core.KmsKeyArn, ['dynamodb', 'secretsmanager', 'sqs']),
  ];
}

function addSchedule(scope: Scope, { fn, queue }: Wired): Resource<'AWS::Events::Rule'> {
  const state = scope.parameter('ScheduleState', {
    Type: 'String',
    Description: 'DISABLED pauses the poller; builds that run go on to their end',
    Default: 'ENABLED',
    AllowedValues: ['ENABLED', 'DISABLED'],
  });
  const rule = scope.resource('PollerSchedule', 'AWS::Events::Rule', {
    properties: {
      Name: nameOf('pollerRule'),
      Description: 'Polls the board',
      ScheduleExpression: scope.setting('pollingInterval'),
      State: state,
      Targets: [target(fn, { queue, retries: 0, maxAgeSeconds: 60 })],
    },
  });
  allowRule(scope, 'PollerSchedulePermission', { fn, rule });
  return rule;
}

function addBuildEndRule(scope: Scope, { fn, queue }: Wired): void {
  const rule = scope.resource('BuildEnds', 'AWS::Events::Rule', {
    properties: {
      Name: nameOf('finalizerRule'),
      Description: 'Tells the finalizer that a build has ended',
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.codebuild'],
        'detail-type': ['CodeBuild Build State Change'],
        detail: { 'build-status': ENDED, 'project-name': [nameOf('buildProject')] },
      },
      Targets: [target(fn, { queue, retries: 10, maxAgeSeconds: 3600 })],
    },
  });
  allowRule(scope, 'BuildEndsPermission', { fn, rule });
}

function target(
  fn: Resource<'AWS::Serverless::Function'>,
  { queue, retries, maxAgeSeconds }: { queue: Resource<'AWS::SQS::Queue'>; retries: number; maxAgeSeconds: number },
) {
  return {
    Id: 'function',
    Arn: fn.att('Arn'),
    RetryPolicy: { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: maxAgeSeconds },
    DeadLetterConfig: { Arn: queue.att('Arn') as Intrinsic },
  };
}

function allowRule(
  scope: Scope,
  logicalId: string,
  { fn, rule }: { fn: Resource<'AWS::Serverless::Function'>; rule: Resource<'AWS::Events::Rule'> },
): void {
  scope.resource(logicalId, 'AWS::Lambda::Permission', {
    properties: {
      FunctionName: fn.ref,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule.att('Arn'),
    },
  });
}
