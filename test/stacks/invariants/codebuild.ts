import { CODE_PREFIXES, ENV } from '../../../src/core/names.ts';
import { readIntrinsic } from '../../../src/stacks/cfn/read-intrinsic.ts';
import { at, findKey, listAt, recordOf } from '../json.ts';
import type { Invariant } from '../model.ts';
import { inOwnEnvironment, place, resolve, resourcesOf, wrong } from '../model.ts';
import { variableProblems } from './functions.ts';

const READ_BY_BUILDS: readonly string[] = [
  ENV.environment,
  ENV.locksTableName,
  ENV.artifactsBucketName,
  ENV.githubTokenSecretArn,
  ENV.gitCredentialsSecretArn,
  ENV.kiroApiKeySecretArn,
  ENV.projectConfigParameterName,
  ENV.coverageThreshold,
  ENV.leaseMinutes,
  ENV.buildTimeoutMs,
  ENV.untrustedUser,
];

export const codeBuildInvariants: Readonly<Record<string, Invariant>> = {
  'builds run unprivileged, with time limits, and CodeBuild never retries them': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) =>
      wrong(found, {
        'Environment.PrivilegedMode': false,
        'TimeoutInMinutes.Fn::FindInMap.2': 'buildTimeoutMinutes',
        'QueuedTimeoutInMinutes.Fn::FindInMap.2': 'buildQueueTimeoutMinutes',
        AutoRetryLimit: 0,
        'Cache.Type': 'NO_CACHE',
        'Artifacts.Type': 'NO_ARTIFACTS',
        'LogsConfig.CloudWatchLogs.Status': 'ENABLED',
      }),
    ),

  'a build waits ten minutes at most': ({ stacks }) =>
    Object.entries(stacks.CodeBuild.Mappings?.Settings ?? {}).flatMap(([environment, settings]) =>
      settings.buildQueueTimeoutMinutes === 10 ? [] : [`${environment}: ${settings.buildQueueTimeoutMinutes}`],
    ),

  'poller and project use one capacity': (model) => {
    const used = [
      ...resourcesOf(model, 'AWS::CodeBuild::Project').map(({ resource }) => resource.Properties.ConcurrentBuildLimit),
      ...resourcesOf(model, 'AWS::Serverless::Function').map(({ resource }) =>
        at(resource.Properties, `Environment.Variables.${ENV.maxConcurrentBuilds}`),
      ),
    ];
    const settings = used.map((value) => findKey(value, 'Fn::FindInMap').map((keys) => at(keys, '2'))[0]);
    return settings.every((setting) => setting === 'maxConcurrentBuilds')
      ? []
      : [`the settings used are ${settings.join()}`];
  },

  'the source of a build is a release': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const location = resolve(at(found.resource.Properties, 'Source.Location'), found);
      const right =
        at(found.resource.Properties, 'Source.Type') === 'S3' && location.includes(`/${CODE_PREFIXES.releases}`);
      return right && location.endsWith('/worker.zip') ? [] : [`${place(found)}: ${location}`];
    }),

  'the image is current, or one of the user’s own': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const [, own, ours] = listAt(found.resource.Properties, 'Environment.Image.Fn::If');
      const image = resolve(ours, inOwnEnvironment(found));
      const right = /^aws\/codebuild\/(standard:[89]|amazonlinux-x86_64-standard:[6-9])/.test(image);
      return right && resolve(own, found).includes('.dkr.ecr.') ? [] : [`${place(found)}: ${image}`];
    }),

  'builds get exactly the variables that they read, and no secret among them': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const all = listAt(found.resource.Properties, 'Environment.EnvironmentVariables');
      const always = all.map(recordOf).filter(({ Name }) => Name !== undefined);
      const sometimes = all.flatMap((entry) => {
        const call = readIntrinsic(entry);
        return call?.kind === 'If' ? [at(call.whenTrue, 'Name')] : [];
      });
      const secret = always
        .filter(({ Type }) => Type !== 'PLAINTEXT')
        .map(({ Name }) => `${place(found)}: ${Name} is a secret`);
      const variables = Object.fromEntries(always.map(({ Name, Value }) => [String(Name), Value]));
      const optional = [
        ...['KIRO_CLI_VERSION', 'KIRO_CLI_SHA256', ENV.kiroCliPath],
        ...[ENV.agentKeySecretArn, 'AGENT_ARCHIVE', 'AGENT_ARCHIVE_SHA256'],
      ];
      return [
        ...secret,
        ...variableProblems({ found, variables, expected: READ_BY_BUILDS }),
        ...(sometimes.join() === optional.join()
          ? []
          : [`${place(found)}: optional variables are ${sometimes.join()}`]),
      ];
    }),

  'the worker stops before CodeBuild kills the build': ({ stacks }) =>
    Object.entries(stacks.CodeBuild.Mappings?.Settings ?? {}).flatMap(([environment, settings]) => {
      const spare = Number(settings.buildTimeoutMinutes) - Number(settings.workerTimeLimitMs) / 60_000;
      return spare >= 3 ? [] : [`${environment}: only ${spare} minutes to report the result`];
    }),

  'report groups are those that the buildspec names': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::ReportGroup').flatMap((found) => {
      const name = resolve(found.resource.Properties.Name, found);
      const type = found.resource.Properties.Type;
      const right = name === (type === 'TEST' ? 'kiro-worker-test-tests' : 'kiro-worker-test-coverage');
      return right ? [] : [`${place(found)}: ${name}`];
    }),
};
