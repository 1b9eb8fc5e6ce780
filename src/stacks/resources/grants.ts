import { LOCK_TABLE } from '../../core/lock.ts';
import type { Intrinsic, Value } from '../cfn/intrinsics.ts';
import { pseudo, sub } from '../cfn/intrinsics.ts';
import type { Grant } from '../cfn/policy.ts';
import { nameOf } from '../stack-names.ts';

/** Returns an ARN of this account and region. */
export function arnOf(service: string, resource: Value<string>): Intrinsic {
  return sub`arn:${pseudo.partition}:${service}:${pseudo.region}:${pseudo.accountId}:${resource}`;
}

/** Log streams of one group; the group itself exists, so no role may create groups. */
export function writeLogs(groupName: Value<string>): Grant {
  return {
    sid: 'WriteLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [arnOf('logs', sub`log-group:${groupName}:*`)],
    why: 'writes its log',
  };
}

export function writeTraces(): Grant {
  return {
    sid: 'WriteTraces',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
    why: 'sends traces to X-Ray (tracing is active)',
    wildcardBecause: 'X-Ray knows no resources for these two actions.',
  };
}

/** Lock rows and what stands beside them: every write is one conditional update, or a transaction of two, which needs the same
 *  right; nothing is deleted or scanned. */
export function changeLocks(tableName: Value<string>): Grant {
  return {
    sid: 'ChangeLocks',
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    resources: [arnOf('dynamodb', sub`table/${tableName}`)],
    why: 'acquires, renews and releases lock rows, each by one conditional write',
  };
}

export function readLocks(tableName: Value<string>): Grant {
  return {
    sid: 'ReadLocks',
    actions: ['dynamodb:BatchGetItem'],
    resources: [arnOf('dynamodb', sub`table/${tableName}`)],
    why: 'reads the lock rows of several cards at once',
  };
}

export function listHeldLocks(tableName: Value<string>): Grant {
  return {
    sid: 'ListHeldLocks',
    actions: ['dynamodb:Query'],
    resources: [arnOf('dynamodb', sub`table/${tableName}/index/${LOCK_TABLE.heldIndex}`)],
    why: 'lists what is held, to close what has ended',
  };
}

export function readSecrets(arns: readonly [Value<string>, ...Value<string>[]], why: string): Grant {
  return { sid: 'ReadSecrets', actions: ['secretsmanager:GetSecretValue'], resources: arns, why };
}

export function readParameters(names: readonly [Value<string>, ...Value<string>[]], why: string): Grant {
  const parameterArn = (name: Value<string>) => arnOf('ssm', sub`parameter${name}`);
  const [first, ...others] = names;
  const resources = [parameterArn(first), ...others.map(parameterArn)] as const;
  return { sid: 'ReadParameters', actions: ['ssm:GetParameter'], resources, why };
}

const EVERY_USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** Key operations that each service requests on behalf of its caller. DynamoDB and CodeBuild list all of theirs in their
 *  guides; S3 and SQS encrypt with a data key and decrypt; Secrets Manager decrypts secrets that are read. */
const KEY_USES = {
  codebuild: EVERY_USE,
  dynamodb: EVERY_USE,
  s3: ['kms:Decrypt', 'kms:GenerateDataKey'],
  secretsmanager: ['kms:Decrypt'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

/** Returns the use of the key through these services alone: one statement for services that need the same operations. */
export function useKey(keyArn: Value<string>, services: readonly (keyof typeof KEY_USES)[]): Grant[] {
  const alike = Map.groupBy(services, (service) => KEY_USES[service].join());
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [useKeyThrough(keyArn, [first, ...others])],
  );
}

function useKeyThrough(
  keyArn: Value<string>,
  services: readonly [keyof typeof KEY_USES, ...(keyof typeof KEY_USES)[]],
): Grant {
  return {
    sid: `UseKeyThrough${services.map((service) => service[0]?.toUpperCase() + service.slice(1)).join('And')}`,
    actions: KEY_USES[services[0]],
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:ViaService': services.map((service) => sub`${service}.${pseudo.region}.${pseudo.urlSuffix}`),
      },
    },
    why: `what ${services.join(' and ')} must ask the key for in the name of this role, which never asks directly`,
  };
}

export function sendToQueue(queueArn: Value<string>): Grant {
  return {
    sid: 'KeepFailedEvents',
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    why: 'Lambda keeps the event of a failed invocation in the dead-letter queue',
  };
}

/** Returns the ARN of the build project, made from its name, since the poller is deployed before the project. */
export function projectArn(): Intrinsic {
  return arnOf('codebuild', sub`project/${nameOf('buildProject')}`);
}
