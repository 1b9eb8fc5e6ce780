import type { Intrinsic } from '../cfn/intrinsics.ts';
import { pseudo, sub } from '../cfn/intrinsics.ts';
import type { ResourceGrant } from '../cfn/policy.ts';
import { resourcePolicyOf } from '../cfn/policy.ts';
import type { Resource, Scope } from '../cfn/scope.ts';
import { nameOf } from '../stack-names.ts';

const WHOLE_KEY = ['*'] as const;

/** Adds the key that encrypts everything the system stores. Its policy restricts each AWS service to our own resources by
 *  the encryption context that the service sends (logs: the group, SNS: the topic, SQS: the queue). */
export function addKey(scope: Scope): Resource<'AWS::KMS::Key'> {
  const key = scope.resource('Key', {
    type: 'AWS::KMS::Key',
    onDelete: 'Retain',
    accept: {
      kms_create_grant_aws_service_check:
        'The root statement is what AWS recommends: without it no policy could grant the key, and nobody could administer it.',
    },
    properties: {
      Description: sub`Encrypts the data of the Kiro worker in environment ${scope.environment}`,
      EnableKeyRotation: true,
      KeyPolicy: resourcePolicyOf(keyGrants()),
    },
  });
  scope.resource('KeyAlias', {
    type: 'AWS::KMS::Alias',
    properties: { AliasName: nameOf('keyAlias'), TargetKeyId: key.ref },
  });
  return key;
}

function keyGrants(): ResourceGrant[] {
  return [
    {
      // Without it no role policy could grant the use of this key, and nobody could administer it.
      sid: 'AccountAdministersTheKey',
      principal: { AWS: sub`arn:${pseudo.partition}:iam::${pseudo.accountId}:root` },
      actions: ['kms:*'],
      resources: WHOLE_KEY,
    },
    logsGrant(),
    {
      // The policy of alias/aws/sns lacks this, so CloudWatch cannot publish to a topic encrypted with that key.
      sid: 'AlarmsPublishToOurTopic',
      principal: { Service: 'cloudwatch.amazonaws.com' },
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: WHOLE_KEY,
      conditions: {
        StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': arn('sns', nameOf('alertTopic')) },
      },
    },
    {
      sid: 'RulesWriteToOurDeadLetterQueues',
      principal: { Service: 'events.amazonaws.com' },
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: WHOLE_KEY,
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:aws:sqs:arn': [
            arn('sqs', nameOf('pollerDeadLetters')),
            arn('sqs', nameOf('finalizerDeadLetters')),
          ],
        },
      },
    },
  ];
}

function logsGrant(): ResourceGrant {
  const groups = (['pollerLogGroup', 'finalizerLogGroup', 'buildLogGroup'] as const).map(nameOf);
  return {
    sid: 'LogsEncryptOurGroups',
    principal: { Service: sub`logs.${pseudo.region}.${pseudo.urlSuffix}` },
    actions: [
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:DescribeKey',
    ],
    resources: WHOLE_KEY,
    conditions: {
      ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': groups.map((group) => arn('logs', sub`log-group:${group}`)) },
    },
  };
}

function arn(service: 'logs' | 'sns' | 'sqs', resource: Intrinsic): Intrinsic {
  return sub`arn:${pseudo.partition}:${service}:${pseudo.region}:${pseudo.accountId}:${resource}`;
}
