import { ENV } from '../core/names.ts';
import { releaseKey } from '../core/release.ts';
import type { Intrinsic, Value } from './cfn/intrinsics.ts';
import { ifElse, onlyIf, sub } from './cfn/intrinsics.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import type { BuildOptions } from './resources/build-options.ts';
import { addBuildOptions } from './resources/build-options.ts';
import { addBuildRole } from './resources/build-role.ts';
import { arnOf } from './resources/grants.ts';
import type { SecretsOutputs } from './secrets.ts';
import { nameOf } from './stack-names.ts';

export type CodeBuildOutputs = OutputValues<'ProjectName'>;

/** Adds the build project and its report groups for tests and coverage. */
export function addCodeBuild(
  scope: Scope,
  { core, secrets }: { core: CoreOutputs; secrets: SecretsOutputs },
): CodeBuildOutputs {
  const options = addBuildOptions(scope);
  const role = addBuildRole(scope, { core, secrets, options });
  addReportGroup(scope, { logicalId: 'TestReports', name: nameOf('testReports'), type: 'TEST' });
  addReportGroup(scope, { logicalId: 'CoverageReports', name: nameOf('coverageReports'), type: 'CODE_COVERAGE' });
  const { vpc, ownImage } = options;
  const project = scope.resource('Project', {
    type: 'AWS::CodeBuild::Project',
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
        Image: ifElse(ownImage.used, { whenTrue: ownImage.uri, whenFalse: scope.setting('buildImage') }),
        ImagePullCredentialsType: ifElse(ownImage.used, { whenTrue: 'SERVICE_ROLE', whenFalse: 'CODEBUILD' }),
        PrivilegedMode: false,
        EnvironmentVariables: buildVariables(scope, { core, secrets, options }),
      },
      VpcConfig: onlyIf(vpc.used, {
        VpcId: vpc.vpcId,
        Subnets: vpc.subnetIds,
        SecurityGroupIds: vpc.securityGroupIds,
      }),
      LogsConfig: { CloudWatchLogs: { Status: 'ENABLED', GroupName: core.BuildLogGroupName } },
      ConcurrentBuildLimit: scope.setting('maxConcurrentBuilds'),
      TimeoutInMinutes: scope.setting('buildTimeoutMinutes'),
      QueuedTimeoutInMinutes: scope.setting('buildQueueTimeoutMinutes'),
      // A retry would be a new build without a lock; the poller starts the next attempt.
      AutoRetryLimit: 0,
      BadgeEnabled: false,
    },
  });
  return scope.outputs({ ProjectName: { value: project.ref, description: 'Build project of the worker' } });
}

/** The poller names a release for every build. This one does not exist; its name says why a build started by hand fails. */
function placeholderRelease(): string {
  return releaseKey('the-poller-names-the-release');
}

function buildVariables(
  scope: Scope,
  { core, secrets, options }: { core: CoreOutputs; secrets: SecretsOutputs; options: BuildOptions },
) {
  const { kiro, agent, ownImage } = options;
  const variable = (name: string, value: Value<string>) => ({ Name: name, Type: 'PLAINTEXT' as const, Value: value });
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
    // Named here, so that a build fails when agent and tests could reach the worker's credentials.
    variable(ENV.untrustedUser, UNTRUSTED_USER),
    onlyIf(kiro.mirrored, variable(ENV.kiroCliVersion, kiro.version)),
    onlyIf(kiro.mirrored, variable(ENV.kiroCliSha256, kiro.sha256)),
    onlyIf(ownImage.used, variable(ENV.kiroCliPath, kiro.path)),
    onlyIf(
      agent.hasKey,
      variable(ENV.agentKeySecretArn, arnOf('secretsmanager', sub`secret:${nameOf('agentKeySecret')}`)),
    ),
    onlyIf(agent.archived, variable(ENV.agentArchive, agent.archive)),
    onlyIf(agent.archived, variable(ENV.agentArchiveSha256, agent.sha256)),
  ];
}

/** System user that runs agent, install and tests in a build; the worker creates it. */
const UNTRUSTED_USER = 'kiro-untrusted';

function addReportGroup(
  scope: Scope,
  { logicalId, name, type }: { logicalId: string; name: Intrinsic; type: 'TEST' | 'CODE_COVERAGE' },
): Resource<'AWS::CodeBuild::ReportGroup'> {
  return scope.resource(logicalId, {
    type: 'AWS::CodeBuild::ReportGroup',
    properties: { Name: name, Type: type, DeleteReports: true, ExportConfig: { ExportConfigType: 'NO_EXPORT' } },
  });
}
