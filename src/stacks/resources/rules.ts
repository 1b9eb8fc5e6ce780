import type { Resource, Scope } from '../cfn/scope.ts';
import { nameOf } from '../stack-names.ts';

/** A function and the queue of the events that it could not handle. */
export interface FunctionWithQueue {
  readonly fn: Resource<'AWS::Serverless::Function'>;
  readonly queue: Resource<'AWS::SQS::Queue'>;
}

/** Final statuses that CodeBuild reports; the finalizer closes the lock after any of them. */
const ENDED = ['SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT'];

/** Adds the schedule of the poller. It stays enabled: a pause is data that each poll reads, so no deployment ends it. */
export function addSchedule(scope: Scope, { fn, queue }: FunctionWithQueue): Resource<'AWS::Events::Rule'> {
  const rule = scope.resource('PollerSchedule', {
    type: 'AWS::Events::Rule',
    properties: {
      Name: nameOf('pollerRule'),
      Description: 'Polls the board',
      ScheduleExpression: scope.setting('pollingInterval'),
      State: 'ENABLED',
      Targets: [target(fn, { queue, retries: 0, maxAgeSeconds: 60 })],
    },
  });
  allowRule(scope, { logicalId: 'PollerSchedulePermission', fn, rule });
  return rule;
}

/** Adds the rule that runs the finalizer for each build of our project that has ended. */
export function addBuildEndRule(scope: Scope, { fn, queue }: FunctionWithQueue): void {
  const rule = scope.resource('BuildEnds', {
    type: 'AWS::Events::Rule',
    properties: {
      Name: nameOf('finalizerRule'),
      Description: 'Runs the finalizer when a build has ended',
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.codebuild'],
        'detail-type': ['CodeBuild Build State Change'],
        detail: { 'build-status': ENDED, 'project-name': [nameOf('buildProject')] },
      },
      Targets: [target(fn, { queue, retries: 10, maxAgeSeconds: 3600 })],
    },
  });
  allowRule(scope, { logicalId: 'BuildEndsPermission', fn, rule });
}

function target(
  fn: Resource<'AWS::Serverless::Function'>,
  { queue, retries, maxAgeSeconds }: { queue: Resource<'AWS::SQS::Queue'>; retries: number; maxAgeSeconds: number },
) {
  return {
    Id: 'function',
    Arn: fn.att('Arn'),
    RetryPolicy: { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: maxAgeSeconds },
    DeadLetterConfig: { Arn: queue.att('Arn') },
  };
}

function allowRule(
  scope: Scope,
  {
    logicalId,
    fn,
    rule,
  }: { logicalId: string; fn: Resource<'AWS::Serverless::Function'>; rule: Resource<'AWS::Events::Rule'> },
): void {
  scope.resource(logicalId, {
    type: 'AWS::Lambda::Permission',
    properties: {
      FunctionName: fn.ref,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule.att('Arn'),
    },
  });
}
