import type { AwsCall, RoleId } from './aws-call.ts';
import { ROLE_IDS, viaService } from './aws-call.ts';
import { arnOf, type DeployedStacks } from './deployed-stacks.ts';

/** Returns calls in their own environment that no role, or not this one, may ever make. */
export function listForbiddenCalls(stacks: DeployedStacks): AwsCall[] {
  const table = stacks.arn('Core', 'LocksTable');
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  const key = stacks.arn('Core', 'Key');
  const project = stacks.arn('CodeBuild', 'Project');
  const role = (name: RoleId) => stacks.arn(name === 'BuildRole' ? 'CodeBuild' : 'Poller', name);
  const secret = (id: string) => stacks.arn('Secrets', id);
  const config = stacks.arn('Secrets', 'GitHubProjectConfig');
  const release = arnOf('ssm', 'parameter/kiro-worker/test/release');
  const call = (one: RoleId, request: Request): AwsCall => ({ role: one, ...requestOf(request) });
  const forAll = (...request: Request) => ROLE_IDS.map((one) => call(one, request));
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
    ...ROLE_IDS.flatMap((one) =>
      forAll('iam:PassRole', role(one), { 'iam:PassedToService': 'codebuild.amazonaws.com' }),
    ),
    ...ROLE_IDS.flatMap((one) => forAll('sts:AssumeRole', role(one))),
    ...forAll('codebuild:UpdateProject', project),
    // The key only ever serves through a service of ours.
    ...forAll('kms:Decrypt', key),
    ...forAll('kms:Decrypt', key, viaService('lambda')),
    ...forAll('kms:CreateGrant', key, viaService('dynamodb')),
    ...forAll('kms:ScheduleKeyDeletion', key),
    ...(['PollerRole', 'FinalizerRole'] as const).flatMap((one) => [
      call(one, ['s3:PutObject', `${bucket}/test/one/metadata.json`]),
      call(one, ['secretsmanager:GetSecretValue', secret('GitCredentialsSecret')]),
      call(one, ['secretsmanager:GetSecretValue', secret('KiroApiKeySecret')]),
      call(one, ['codebuild:StopBuild', project]),
    ]),
    call('FinalizerRole', ['codebuild:StartBuild', project]),
    call('FinalizerRole', ['ssm:GetParameter', release]),
    call('BuildRole', ['codebuild:StartBuild', project]),
    call('BuildRole', ['ssm:GetParameter', release]),
    call('BuildRole', ['dynamodb:Query', `${table}/index/held-locks`]),
    call('BuildRole', ['s3:PutObject', `${bucket}/production/one/metadata.json`]),
    call('BuildRole', ['s3:PutObject', `${bucket}/metadata.json`]),
  ];
}

/** Returns the calls of a build that would change what later builds run. */
export function listCodeChanges(stacks: DeployedStacks): AwsCall[] {
  const bucket = stacks.arn('Core', 'ArtifactsBucket');
  return ['releases', 'tools', 'templates'].flatMap((prefix) =>
    ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'].map(
      (action): AwsCall => ({ role: 'BuildRole', action, resource: `${bucket}/${prefix}/one/worker.zip` }),
    ),
  );
}

type Request = [action: string, resource: string, context?: AwsCall['context']];

function requestOf([action, resource, context]: Request): Omit<AwsCall, 'role'> {
  return { action, resource, ...(context === undefined ? {} : { context }) };
}

/** Returns the same call on the counterpart in another environment; null when the resource has none of our names. */
export function inOtherEnvironment(call: AwsCall): AwsCall | null {
  const resource = call.resource
    .replaceAll('kiro-worker-test', 'kiro-worker-staging')
    .replace('/kiro-worker/test/', '/kiro-worker/staging/')
    .replace('KiroWorkerCore-Key', 'KiroWorkerStagingCore-Key')
    .replace('-artifacts-0a1b2c3d/test/', '-artifacts-0a1b2c3d/staging/');
  return resource === call.resource ? null : { ...call, resource };
}
