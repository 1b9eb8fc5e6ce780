import { ENV } from '../core/names.ts';
import { releaseKey } from '../core/release.ts';
import type { ConditionName, Intrinsic, Value } from './cfn/intrinsics.ts';
import { ifElse, pseudo, sub } from './cfn/intrinsics.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import type { BuildChoices } from './parts/build-choices.ts';
import { addBuildChoices } from './parts/build-choices.ts';
import { addBuildRole } from './parts/build-role.ts';
import type { SecretsOutputs } from './secrets.ts';
import { nameOf } from './stack-names.ts';

export type CodeBuildOutputs = OutputValues<'ProjectName'>;

/** Adds the build project and the groups of its test and coverage reports. */
export function addCodeBuild(
  scope: Scope,
  { core, secrets }: { core: CoreOutputs; secrets: SecretsOutputs },
): CodeBuildOutputs {
  const choices = addBuildChoices(scope);
  const role = addBuildRole(scope, { core, secrets, choices });
  addReportGroup(scope, { logicalId: 'TestReports', name: nameOf('testReports'), type: 'TEST' });
  addReportGroup(scope, { logicalId: 'CoverageReports', name: nameOf('coverageReports'), type: 'CODE_COVERAGE' });
  const { vpc, ownImage } = choices;
  const project = scope.resource('Project', 'AWS::CodeBuild::Project', {
    accept: { W1033: 'Subnets and groups are empty only while UsesVpc is false, and then nothing reads them.' },
    properties: {
      Name: nameOf('buildProject'),
      Description: 'Implements one card: the agent, the tests, the pull request',
      ServiceRole: role.att('Arn'),
      EncryptionKey: core.KmsKeyArn,
      Source: { Type: 'S3', Location: sub`${core.ArtifactsBucketName}/${placeholderRelease()}` },
      Artifacts: { Type: 'NO_ARTIFACTS' },
      Cache: { Type: 'NO_CACHE' },
      Environment: {
        Type: 'LINUX_CONTAINER',
        ComputeType: scope.setting('buildComputeType'),
        Image: ifElse(ownImage.used, ownImage.uri, scope.setting('buildImage')),
        ImagePullCredentialsType: ifElse(ownImage.used, 'SERVICE_ROLE', 'CODEBUILD'),
        PrivilegedMode: false,
        EnvironmentVariables: buildVariables(scope, { core, secrets, choices }),
      },
      VpcConfig: ifElse(
        vpc.used,
        { VpcId: vpc.vpcId, Subnets: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds },
        pseudo.noValue,
      ) as never,
      LogsConfig: { CloudWatchLogs: { Status: 'ENABLED', GroupName: core.BuildLogGroupName } },
      ConcurrentBuildLimit: scope.setting('maxConcurrentBuilds'),
      TimeoutInMinutes: scope.setting('buildTimeoutMinutes'),
      QueuedTimeoutInMinutes: scope.setting('buildQueueTimeoutMinutes'),
      // A retry would be a new build that nobody holds a lock for; the poll starts the next attempt.
      AutoRetryLimit: 0,
      BadgeEnabled: false,
    },
  });
  return scope.outputs({ ProjectName: { value: project.ref, description: 'Build project of the worker' } });
}

/** Every build names its release; this one does not exist, and its name tells why a build started by hand fails. */
function placeholderRelease(): string {
  return releaseKey('the-poller-names-the-release');
}

function buildVariables(
  scope: Scope,
  { core, secrets, choices }: { core: CoreOutputs; secrets: SecretsOutputs; choices: BuildChoices },
) {
  const { kiro, ownImage } = choices;
  const variable = (name: string, value: Value<string>) => ({ Name: name, Type: 'PLAINTEXT', Value: value });
  const only = (condition: ConditionName, name: string, value: Intrinsic) =>
    ifElse(condition, variable(name, value), pseudo.noValue) as unknown as ReturnType<typeof variable>;
  return [
    variable(ENV.environment, scope.environment),
    variable(ENV.locksTableName, core.LocksTableName),
    variable(ENV.artifactsBucketName, core.ArtifactsBucketName),
    variable(ENV.githubTokenSecretArn, secrets.GitHubTokenSecretArn),
    variable(ENV.gitCredentialsSecretArn, secrets.GitCredentialsSecretArn),
    variable(ENV.kiroApiKeySecretArn, secrets.KiroApiKeySecretArn),
    variable(ENV.projectConfigParameterName, secrets.GitHubProjectConfigParameterName),
    variable(ENV.coverageThreshold, sub`${scope.setting('coverageThreshold')}`),
    variable(ENV.leaseMinutes, sub`${scope.setting('leaseMinutes')}`),
    variable(ENV.buildTimeoutMs, sub`${scope.setting('workerTimeLimitMs')}`),
    // Named, so that a build whose agent and tests could reach the worker's credentials ends instead of going on.
    variable(ENV.untrustedUser, UNTRUSTED_USER),
    only(kiro.mirrored, ENV.kiroCliVersion, kiro.version),
    only(kiro.mirrored, ENV.kiroCliSha256, kiro.sha256),
    only(ownImage.used, ENV.kiroCliPath, kiro.path),
  ];
}

/** System user of agent, install and tests in a build; the worker makes it. */
const UNTRUSTED_USER = 'kiro-untrusted';

function addReportGroup(
  scope: Scope,
  { logicalId, name, type }: { logicalId: string; name: Intrinsic; type: 'TEST' | 'CODE_COVERAGE' },
): Resource<'AWS::CodeBuild::ReportGroup'> {
  return scope.resource(logicalId, 'AWS::CodeBuild::ReportGroup', {
    properties: { Name: name, Type: type, DeleteReports: true, ExportConfig: { ExportConfigType: 'NO_EXPORT' } },
  });
}
