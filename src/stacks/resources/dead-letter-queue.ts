import type { Intrinsic, Value } from '../cfn/intrinsics.ts';
import { onlyOverTls, resourcePolicyOf } from '../cfn/policy.ts';
import type { Resource, Scope } from '../cfn/scope.ts';

const FOURTEEN_DAYS_SECONDS = 1_209_600;

/** Adds a queue for events that could not be handled; only one rule may write to it, and only over TLS. */
export function addDeadLetterQueue(
  scope: Scope,
  {
    logicalId,
    name,
    keyArn,
    ruleArn,
  }: { logicalId: string; name: Intrinsic; keyArn: Value<string>; ruleArn: Intrinsic },
): Resource<'AWS::SQS::Queue'> {
  const queue = scope.resource(logicalId, {
    type: 'AWS::SQS::Queue',
    onDelete: 'Delete',
    accept: { sqs_dlq_check: 'It is a dead-letter queue itself.' },
    properties: {
      QueueName: name,
      MessageRetentionPeriod: FOURTEEN_DAYS_SECONDS,
      KmsMasterKeyId: keyArn,
      KmsDataKeyReusePeriodSeconds: 300,
    },
  });
  scope.resource(`${logicalId}Policy`, {
    type: 'AWS::SQS::QueuePolicy',
    properties: {
      Queues: [queue.ref],
      PolicyDocument: resourcePolicyOf([
        {
          sid: 'OnlyOurRule',
          principal: { Service: 'events.amazonaws.com' },
          actions: ['sqs:SendMessage'],
          resources: [queue.att('Arn')],
          conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
        },
        onlyOverTls({ actions: ['sqs:*'], resources: [queue.att('Arn')] }),
      ]),
    },
  });
  return queue;
}
