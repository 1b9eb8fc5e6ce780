import { CODE_PREFIXES, ENV } from '../../src/core/names.ts';
import { place, templateOf, wrong } from './data-intents.ts';
import { variableProblems } from './function-intents.ts';
import type { Intent } from './model.ts';
import { at, findKey, resolve, resourcesOf } from './model.ts';

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

interface Variable {
  readonly Name: string;
  readonly Type: string;
  readonly Value: unknown;
}

export const codeBuildIntents: Readonly<Record<string, Intent>> = {
  'builds run unprivileged, in a bounded time, and are never repeated by CodeBuild': (model) =>
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

  'poller and project have one capacity': (model) => {
    const used = [
      ...resourcesOf(model, 'AWS::CodeBuild::Project').map(({ resource }) => resource.Properties.ConcurrentBuildLimit),
      ...resourcesOf(model, 'AWS::Serverless::Function').map(({ resource }) =>
        at(resource.Properties, `Environment.Variables.${ENV.maxConcurrentBuilds}`),
      ),
    ];
    const settings = used.map((value) => (findKey(value, 'Fn::FindInMap')[0] as string[] | undefined)?.[2]);
    return settings.every((setting) => setting === 'maxConcurrentBuilds')
      ? []
      : [`the settings used are ${settings.join()}`];
  },

  'the source of a build is a release': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const location = resolve(at(found.resource.Properties, 'Source.Location'), templateOf(model, found), 'test');
      const right =
        at(found.resource.Properties, 'Source.Type') === 'S3' && location.includes(`/${CODE_PREFIXES.releases}`);
      return right && location.endsWith('/worker.zip') ? [] : [`${place(found)}: ${location}`];
    }),

  'the image is current, or one of the user’s own': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const [, own, ours] = at(found.resource.Properties, 'Environment.Image.Fn::If') as unknown[];
      const image = resolve(ours, templateOf(model, found), found.stack === 'Sandbox' ? 'sandbox' : 'test');
      const right = /^aws\/codebuild\/(standard:[89]|amazonlinux-x86_64-standard:[6-9])/.test(image);
      return right && resolve(own, templateOf(model, found), 'test').includes('.dkr.ecr.')
        ? []
        : [`${place(found)}: ${image}`];
    }),

  'builds get exactly the variables that they read, and no secret among them': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::Project').flatMap((found) => {
      const all = at(found.resource.Properties, 'Environment.EnvironmentVariables') as Array<Record<string, unknown>>;
      const always = all.filter((entry) => entry.Name !== undefined) as unknown as Variable[];
      const sometimes = all.flatMap((entry) =>
        entry['Fn::If'] === undefined ? [] : [(entry['Fn::If'] as [string, Variable])[1].Name],
      );
      const secret = always
        .filter(({ Type }) => Type !== 'PLAINTEXT')
        .map(({ Name }) => `${place(found)}: ${Name} is a secret`);
      const variables = Object.fromEntries(always.map(({ Name, Value }) => [Name, Value]));
      const optional = ['KIRO_CLI_VERSION', 'KIRO_CLI_SHA256', ENV.kiroCliPath];
      return [
        ...secret,
        ...variableProblems(model, { found, variables, expected: READ_BY_BUILDS }),
        ...(sometimes.join() === optional.join()
          ? []
          : [`${place(found)}: optional variables are ${sometimes.join()}`]),
      ];
    }),

  'the worker stops before CodeBuild kills the build': ({ stacks }) =>
    Object.entries(stacks.CodeBuild.Mappings?.Settings ?? {}).flatMap(([environment, settings]) => {
      const spare = Number(settings.buildTimeoutMinutes) - Number(settings.workerTimeLimitMs) / 60_000;
      return spare >= 3 ? [] : [`${environment}: only ${spare} minutes to say how it ended`];
    }),

  'report groups are those that the buildspec names': (model) =>
    resourcesOf(model, 'AWS::CodeBuild::ReportGroup').flatMap((found) => {
      const name = resolve(found.resource.Properties.Name, templateOf(model, found), 'test');
      const type = found.resource.Properties.Type;
      const right = name === (type === 'TEST' ? 'kiro-worker-test-tests' : 'kiro-worker-test-coverage');
      return right ? [] : [`${place(found)}: ${name}`];
    }),
};
