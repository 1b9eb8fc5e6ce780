import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { StackId } from '../../../../src/stacks/compose.ts';

type Json = unknown;
type Properties = Readonly<Record<string, Json>>;

interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Properties>>>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json }>>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: Json;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One environment as CloudFormation would make it of the committed templates. */
export interface DeployedStacks {
  /** A property with all functions carried out. */
  property(stack: StackId, id: string, path: string): Json;
  /** What `Fn::GetAtt` of a resource's ARN gives. */
  arn(stack: StackId, id: string): string;
  /** Ids of the resources of a type. */
  idsOf(stack: StackId, type: string): string[];
  /** Documents of a role's inline policies, by name. */
  policiesOf(stack: StackId, role: string): ReadonlyMap<string, PolicyDocument>;
}

export const PLACE_IN_AWS = { account: '123456789012', region: 'us-east-1', partition: 'aws' } as const;
const { account, region, partition } = PLACE_IN_AWS;
const STACK_UUID = '0a1b2c3d-1111-2222-3333-444455556666';
const TEMPLATES = join(import.meta.dirname, '..', '..', '..', '..', 'templates');
const NOTHING = Symbol('AWS::NoValue');

/** Resolves the five committed templates for one environment; `parameters` are those that a person may give. */
export function deployStacks(request: {
  readonly environment: string;
  readonly stackPrefix: string;
  readonly parameters?: Readonly<Record<string, string>>;
}): DeployedStacks {
  const { environment, stackPrefix } = request;
  const known = new Map<StackId, Template>();
  const templateOf = (stack: StackId): Template => {
    const template =
      known.get(stack) ?? (load(readFileSync(join(TEMPLATES, `${stack.toLowerCase()}.yaml`), 'utf8')) as Template);
    known.set(stack, template);
    return template;
  };
  const contextOf = (stack: StackId): Context => {
    const template = templateOf(stack);
    const defaults = Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default]);
    return {
      template,
      environment,
      stackName: `${stackPrefix}${stack}`,
      parameters: {
        ...Object.fromEntries(defaults),
        ...request.parameters,
        Environment: environment,
        StackPrefix: stackPrefix,
      },
      imported(name) {
        const [, from = '', output = ''] = new RegExp(`^${stackPrefix}(\\w+)-(\\w+)$`).exec(name) ?? [];
        const exporter = contextOf(from as StackId);
        const value = exporter.template.Outputs?.[output]?.Value;
        if (value === undefined) throw new Error(`nothing exports ${name}`);
        return fillIn(value, exporter);
      },
    };
  };
  const property = (stack: StackId, id: string, path: string): Json => {
    const context = contextOf(stack);
    const properties = context.template.Resources[id]?.Properties;
    if (properties === undefined) throw new Error(`the stack ${stack} has no ${id}`);
    return path
      .split('.')
      .reduce<Json>((value, key) => (value as Properties | undefined)?.[key], fillIn(properties, context));
  };
  return {
    property,
    arn: (stack, id) => String(attribute(id, 'Arn', contextOf(stack))),
    idsOf: (stack, type) =>
      Object.entries(templateOf(stack).Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : [])),
    policiesOf(stack, role) {
      const policies = property(stack, role, 'Policies') as { PolicyName: string; PolicyDocument: PolicyDocument }[];
      return new Map(policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]));
    },
  };
}

interface Context {
  readonly template: Template;
  readonly environment: string;
  readonly stackName: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly imported: (exportName: string) => Json;
}

function fillIn(value: Json, context: Context): Json {
  const fill = (inner: Json): Json => fillIn(inner, context);
  if (Array.isArray(value)) return value.map(fill).filter((item) => item !== NOTHING);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, payload] = ['', null]] = Object.entries(value);
  const list = payload as Json[];
  if (name === 'Ref') return reference(String(payload), context);
  if (name === 'Fn::GetAtt') return attribute(String(list[0]), String(list[1]), context);
  if (name === 'Fn::FindInMap')
    return context.template.Mappings?.[String(list[0])]?.[String(fill(list[1]))]?.[String(list[2])];
  if (name === 'Fn::If') return fill(holds(context.template.Conditions?.[String(list[0])], fill) ? list[1] : list[2]);
  if (name === 'Fn::Split') return String(fill(list[1])).split(String(list[0]));
  if (name === 'Fn::Select') return (fill(list[1]) as Json[])[Number(list[0])];
  if (name === 'Fn::ImportValue') return context.imported(String(fill(payload)));
  if (name === 'Fn::Sub') return substitute(payload, context);
  if (name.startsWith('Fn::')) throw new Error(`${name} is not known here`);
  const entries = Object.entries(value).map(([key, inner]) => [key, fill(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NOTHING));
}

function substitute(payload: Json, context: Context): string {
  const [text, variables] = (Array.isArray(payload) ? payload : [payload, {}]) as [string, Properties];
  return text.replace(/\$\{([^!}]+)\}/g, (_, name: string) => {
    if (Object.hasOwn(variables, name)) return String(fillIn(variables[name], context));
    const [id = '', wanted] = name.split('.');
    return String(wanted === undefined ? reference(id, context) : attribute(id, wanted, context));
  });
}

function holds(comparison: Json, fill: (value: Json) => Json): boolean {
  const { 'Fn::Equals': equal, 'Fn::Not': negated } = comparison as Record<string, Json[] | undefined>;
  if (negated !== undefined) return !holds(negated[0], fill);
  const [left, right] = (equal ?? []).map((side) => String(fill(side)));
  return left === right;
}

function reference(name: string, context: Context): Json {
  if (name === 'AWS::NoValue') return NOTHING;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': account,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': context.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${context.stackName}/${STACK_UUID}`,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const value = pseudo[name] ?? context.parameters[name];
  if (value !== undefined) return value;
  const resource = context.template.Resources[name];
  if (resource?.Type === 'AWS::SecretsManager::Secret') return attribute(name, 'Arn', context);
  return nameOf(name, context);
}

/** Property that holds the name of a resource, and what its ARN is made of. */
const KINDS: Readonly<Record<string, { readonly name: string | null; readonly arn: (name: string) => string }>> = {
  'AWS::S3::Bucket': { name: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: (name) => arnOf('dynamodb', `table/${name}`) },
  'AWS::KMS::Key': { name: null, arn: (name) => arnOf('kms', `key/${name}`) },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', arn: (name) => arnOf('logs', `log-group:${name}:*`) },
  // Secrets Manager adds a hyphen and six characters of its own.
  'AWS::SecretsManager::Secret': { name: 'Name', arn: (name) => arnOf('secretsmanager', `secret:${name}-AbCdEf`) },
  'AWS::SSM::Parameter': { name: 'Name', arn: (name) => arnOf('ssm', `parameter${name}`) },
  'AWS::SQS::Queue': { name: 'QueueName', arn: (name) => arnOf('sqs', name) },
  'AWS::SNS::Topic': { name: 'TopicName', arn: (name) => arnOf('sns', name) },
  'AWS::CodeBuild::Project': { name: 'Name', arn: (name) => arnOf('codebuild', `project/${name}`) },
  'AWS::CodeBuild::ReportGroup': { name: 'Name', arn: (name) => arnOf('codebuild', `report-group/${name}`) },
  'AWS::Serverless::Function': { name: 'FunctionName', arn: (name) => arnOf('lambda', `function:${name}`) },
  'AWS::Events::Rule': { name: 'Name', arn: (name) => arnOf('events', `rule/${name}`) },
  'AWS::IAM::Role': { name: null, arn: (name) => `arn:aws:iam::${account}:role/${name}` },
};

export function arnOf(service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

function attribute(id: string, name: string, context: Context): string {
  const kind = KINDS[context.template.Resources[id]?.Type ?? ''];
  if (kind === undefined) throw new Error(`the kind of ${id} is not known here`);
  const own = nameOf(id, context);
  return name === 'Arn' ? kind.arn(own) : own;
}

function nameOf(id: string, context: Context): string {
  const resource = context.template.Resources[id];
  const kind = KINDS[resource?.Type ?? ''];
  if (resource === undefined || kind === undefined) throw new Error(`${id} is not known here`);
  return kind.name === null ? `${context.stackName}-${id}` : String(fillIn(resource.Properties[kind.name], context));
}
