import type { AwsCall, RoleId } from './aws-call.ts';
import { viaService } from './aws-call.ts';
import { arnOf, type DeployedStacks } from './deployed-stacks.ts';

const ROLES = ['PollerRole', 'FinalizerRole', 'BuildRole'] as const;

/** Returns what no role, or not this one, may ever do, in its own environment. */
export function listForbiddenCalls(stacks: DeployedStacks): AwsCall[] {
  const table = stacks.arn('Core', 'LocksTable');
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  const key = stacks.arn('Core', 'Key');
  const project = stacks.arn('CodeBuild', 'Project');
  const role = (name: string) => stacks.arn(name === 'BuildRole' ? 'CodeBuild' : 'Poller', name);
  const secret = (id: string) => stacks.arn('Secrets', id);
  const config = stacks.arn('Secrets', 'GitHubProjectConfig');
  const release = arnOf('ssm', 'parameter/kiro-worker/test/release');
  const forAll = (action: string, resource: string, context?: AwsCall['context']) =>
    ROLES.map((one) => call(one, action, resource, context));
  return [
    ...['DeleteItem', 'PutItem', 'Scan', 'BatchWriteItem', 'DeleteTable'].flatMap((operation) =>
      forAll(`dynamodb:${operation}`, table),
    ),
    ...forAll('secretsmanager:GetSecretValue', arnOf('secretsmanager', 'secret:of-somebody-else-AbCdEf')),
    ...forAll('secretsmanager:PutSecretValue', secret('GitHubTokenSecret')),
    ...[config, release].flatMap((parameter) => forAll('ssm:PutParameter', parameter)),
    ...forAll('ssm:GetParameter', arnOf('ssm', 'parameter/of-somebody-else')),
    ...['s3:DeleteObject', 's3:GetObject'].flatMap((action) => forAll(action, `${bucket}/test/one/metadata.json`)),
    ...forAll('s3:ListBucket', bucket),
    ...forAll('s3:PutBucketPolicy', bucket),
    ...ROLES.flatMap((one) => forAll('iam:PassRole', role(one), { 'iam:PassedToService': 'codebuild.amazonaws.com' })),
    ...ROLES.flatMap((one) => forAll('sts:AssumeRole', role(one))),
    ...forAll('codebuild:UpdateProject', project),
    // The key only ever serves through a service of ours.
    ...forAll('kms:Decrypt', key),
    ...forAll('kms:Decrypt', key, viaService('lambda')),
    ...forAll('kms:CreateGrant', key, viaService('dynamodb')),
    ...forAll('kms:ScheduleKeyDeletion', key),
    ...['PollerRole', 'FinalizerRole'].flatMap((one) => [
      call(one, 's3:PutObject', `${bucket}/test/one/metadata.json`),
      call(one, 'secretsmanager:GetSecretValue', secret('GitCredentialsSecret')),
      call(one, 'secretsmanager:GetSecretValue', secret('KiroApiKeySecret')),
      call(one, 'codebuild:StopBuild', project),
    ]),
    call('FinalizerRole', 'codebuild:StartBuild', project),
    call('FinalizerRole', 'ssm:GetParameter', release),
    call('BuildRole', 'codebuild:StartBuild', project),
    call('BuildRole', 'ssm:GetParameter', release),
    call('BuildRole', 'dynamodb:Query', `${table}/index/held-locks`),
    call('BuildRole', 's3:PutObject', `${bucket}/production/one/metadata.json`),
    call('BuildRole', 's3:PutObject', `${bucket}/metadata.json`),
  ];
}

/** Returns the calls of a build that would change what later builds run. */
export function listCodeChanges(stacks: DeployedStacks): AwsCall[] {
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  return ['releases', 'tools', 'templates'].flatMap((prefix) =>
    ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'].map((action) =>
      call('BuildRole', action, `${bucket}/${prefix}/one/worker.zip`),
    ),
  );
}

function call(role: string, action: string, resource: string, context?: AwsCall['context']): AwsCall {
  return { role: role as RoleId, action, resource, ...(context === undefined ? {} : { context }) };
}

/** Returns the same call on what another environment calls by the same name; null when the resource bears no name of ours. */
export function inOtherEnvironment(call: AwsCall): AwsCall | null {
  const resource = call.resource
    .replaceAll('kiro-worker-test', 'kiro-worker-staging')
    .replace('/kiro-worker/test/', '/kiro-worker/staging/')
    .replace('KiroWorkerCore-Key', 'KiroWorkerStagingCore-Key')
    .replace('-artifacts-0a1b2c3d/test/', '-artifacts-0a1b2c3d/staging/');
  return resource === call.resource ? null : { ...call, resource };
}
