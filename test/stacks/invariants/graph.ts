import { templateProblems } from '../../../src/stacks/cfn/validate.ts';
import { ENVIRONMENTS, SANDBOX } from '../../../src/stacks/environments.ts';
import type { StackId } from '../../../src/stacks/stack-names.ts';
import { STACK_IDS, stackNames } from '../../../src/stacks/stack-names.ts';
import { at, findKey, listOf, recordOf } from '../json.ts';
import type { Invariant, Model } from '../model.ts';
import { resolve, templatesOf } from '../model.ts';

/** Outputs that other stacks and users rely on. Append only: an export in use can neither change nor go. */
const OUTPUTS: Readonly<Record<StackId, readonly string[]>> = {
  Core: [
    'ArtifactsBucketName',
    'LocksTableName',
    'KmsKeyArn',
    'PollerLogGroupName',
    'FinalizerLogGroupName',
    'BuildLogGroupName',
  ],
  Secrets: [
    'GitHubTokenSecretArn',
    'GitCredentialsSecretArn',
    'KiroApiKeySecretArn',
    'AgentKeySecretArn',
    'GitHubProjectConfigParameterName',
  ],
  Poller: [
    'PollerFunctionName',
    'FinalizerFunctionName',
    'PollerDeadLettersName',
    'FinalizerDeadLettersName',
    'PollerRuleName',
  ],
  CodeBuild: ['ProjectName'],
  Monitoring: ['AlertTopicArn', 'DashboardName'],
};

const ALL_ENVIRONMENTS = [...Object.keys(ENVIRONMENTS), SANDBOX.environment];

/** Names that users know, and where they stand. */
const NAMED: ReadonlyArray<[StackId, path: string, name: string]> = [
  ['Core', 'ArtifactsBucket.Properties.BucketName', 'kiro-worker-test-artifacts-'],
  ['Core', 'LocksTable.Properties.TableName', 'kiro-worker-test-locks'],
  ['Core', 'PollerLogGroup.Properties.LogGroupName', '/aws/lambda/kiro-worker-test-poller'],
  ['Core', 'FinalizerLogGroup.Properties.LogGroupName', '/aws/lambda/kiro-worker-test-finalizer'],
  ['Core', 'BuildLogGroup.Properties.LogGroupName', '/aws/codebuild/kiro-worker-test'],
  ['Secrets', 'GitHubTokenSecret.Properties.Name', 'kiro-worker-test-github-token'],
  ['Secrets', 'GitCredentialsSecret.Properties.Name', 'kiro-worker-test-git-credentials'],
  ['Secrets', 'KiroApiKeySecret.Properties.Name', 'kiro-worker-test-kiro-api-key'],
  ['Secrets', 'AgentKeySecret.Properties.Name', 'kiro-worker-test-agent-key'],
  ['Secrets', 'GitHubProjectConfig.Properties.Name', '/kiro-worker/test/github-project-config'],
  ['Poller', 'PollerFunction.Properties.FunctionName', 'kiro-worker-test-poller'],
  ['Poller', 'FinalizerFunction.Properties.FunctionName', 'kiro-worker-test-finalizer'],
  ['Poller', 'PollerSchedule.Properties.Name', 'kiro-worker-test-poller-schedule'],
  ['Poller', 'PollerDeadLetters.Properties.QueueName', 'kiro-worker-test-poller-dlq'],
  ['CodeBuild', 'Project.Properties.Name', 'kiro-worker-test'],
  ['Monitoring', 'AlertTopic.Properties.TopicName', 'kiro-worker-test-alerts'],
];

/** Properties that name a resource for a whole account (or the world). */
const NAME_PROPERTIES = [
  'AliasName',
  'AlarmName',
  'BucketName',
  'DashboardName',
  'FunctionName',
  'LogGroupName',
  'Name',
  'QueueName',
  'RoleName',
  'TableName',
  'TopicName',
];

const TAGGED_TYPES =
  /::(Alarm|Project|ReportGroup|Table|Rule|Role|Key|LogGroup|Bucket|Topic|Queue|Parameter|Secret|Function)$/;

export const graphInvariants: Readonly<Record<string, Invariant>> = {
  'every reference exists and everything declared is used': (model) =>
    templatesOf(model).flatMap(([stack, template]) =>
      templateProblems(template).map((problem) => `${stack}: ${problem}`),
    ),

  'imports name exports of earlier stacks': (model) =>
    STACK_IDS.flatMap((id, position) =>
      importsOf(model, id).flatMap((exported) => {
        const producer = STACK_IDS.slice(0, position).find((earlier) => exportsOf(model, earlier).includes(exported));
        return producer === undefined ? [`${id} imports ${exported}, which no earlier stack exports`] : [];
      }),
    ),

  'no export is ever renamed or removed: <StackName>-<OutputId>': (model) =>
    STACK_IDS.flatMap((id) => {
      const exported = exportsOf(model, id);
      const missing = OUTPUTS[id].filter((output) => !exported.includes(`{StackPrefix}${id}-${output}`));
      return missing.map((output) => `${id} no longer exports ${output}`);
    }),

  'names are those that users know': ({ stacks }) =>
    NAMED.flatMap(([id, path, name]) => {
      const found = resolve(at(stacks[id].Resources, path), { template: stacks[id] });
      const right = name.endsWith('-') ? found.startsWith(name) : found === name;
      return right ? [] : [`${id}.${path} is ${found}, not ${name}`];
    }),

  'two environments have no name in common': (model) =>
    ALL_ENVIRONMENTS.flatMap((environment, index) =>
      ALL_ENVIRONMENTS.slice(index + 1).flatMap((other) => {
        const names = new Set(accountWideNames(model, environment));
        return accountWideNames(model, other)
          .filter((name) => names.has(name))
          .map((name) => `${environment} and ${other} both have ${name}`);
      }),
    ),

  'every resource has the tags': (model) =>
    templatesOf(model).flatMap(([stack, template]) =>
      Object.entries(template.Resources)
        .filter(([, { Type }]) => TAGGED_TYPES.test(Type))
        .flatMap(([id, { Properties }]) => {
          const tags = tagsOf(Properties.Tags);
          const right =
            tags.Project === 'KiroWorker' && tags.ManagedBy === 'CloudFormation' && tags.Component !== undefined;
          return right && at(tags.Environment, 'Ref') === 'Environment' ? [] : [`${stack}.${id} lacks tags`];
        }),
    ),

  'no template contains an identity': (model) =>
    templatesOf(model).flatMap(([stack, template]) => {
      const text = JSON.stringify(template);
      const found = [/\b\d{12}\b/, /[\w.]+@[\w-]+\.[a-z]+/, /\b(vpc|subnet|sg)-[0-9a-f]{8,}/].filter((identity) =>
        identity.test(text),
      );
      return found.map((identity) => `${stack} contains ${text.match(identity)?.[0]}`);
    }),

  'the one-stack template has the resources of all stacks': ({ stacks, sandbox }) => {
    const separate = Object.values(stacks).flatMap((template) => Object.entries(template.Resources));
    const missing = separate
      .filter(([id, { Type }]) => sandbox.Resources[id]?.Type !== Type)
      .map(([id]) => `sandbox lacks ${id}`);
    const extra = Object.keys(sandbox.Resources).length - separate.length;
    const linked = findKey(sandbox, 'Fn::ImportValue').length + findKey(sandbox, 'Export').length;
    return [
      ...missing,
      ...(extra === 0 ? [] : [`sandbox has ${extra} more`]),
      ...(linked === 0 ? [] : ['sandbox is linked by exports']),
    ];
  },
};

function exportsOf({ stacks }: Model, id: StackId): string[] {
  return Object.values(stacks[id].Outputs).map(({ Export }) =>
    resolve(Export?.Name, { template: stacks[id] }).replace('{AWS::StackName}', `{StackPrefix}${id}`),
  );
}

function importsOf({ stacks }: Model, id: StackId): string[] {
  const names = findKey(stacks[id], 'Fn::ImportValue').map((name) => resolve(name, { template: stacks[id] }));
  return [...new Set(names)];
}

function accountWideNames({ stacks, sandbox }: Model, environment: string): string[] {
  const templates = environment === SANDBOX.environment ? [sandbox] : Object.values(stacks);
  const names = templates.flatMap((template) =>
    Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      NAME_PROPERTIES.filter(
        (property) => Properties[property] !== undefined && !isReference(Properties[property]),
      ).map((property) => `${Type} ${resolve(Properties[property], { template, environment })}`),
    ),
  );
  const known = Object.values(stackNames(environment)).length;
  return names.length > 20 && known > 20 ? names : [`(only ${names.length} names found: this check saw nothing)`];
}

function isReference(value: unknown): boolean {
  return at(value, 'Ref') !== undefined || at(value, 'Fn::GetAtt') !== undefined;
}

function tagsOf(tags: unknown): Record<string, unknown> {
  if (!Array.isArray(tags)) return recordOf(tags);
  return Object.fromEntries(listOf(tags).map((tag) => [at(tag, 'Key'), at(tag, 'Value')]));
}
