import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { StackId } from '../../../../src/stacks/stack-names.ts';
import { STACK_IDS, stackName, templateFile } from '../../../../src/stacks/stack-names.ts';
import { at } from '../../../stacks/json.ts';
import type { Evaluation } from '../evaluate.ts';
import { evaluate, NO_VALUE } from '../evaluate.ts';
import type { TemplateDocument } from '../template-document.ts';
import { parseTemplate } from '../template-document.ts';

const Statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.array(z.string()),
  Resource: z.array(z.string()),
  Principal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
});
const PolicyDocument = z.object({ Version: z.string(), Statement: z.array(Statement) });

export type Statement = z.output<typeof Statement>;
export type PolicyDocument = z.output<typeof PolicyDocument>;

export type ResourceOf = readonly [stack: StackId, id: string];

/** One environment as CloudFormation would create it from the committed templates. */
export interface DeployedStacks {
  /** Returns a property with all functions evaluated. */
  property(resource: ResourceOf, path: string): unknown;
  /** Returns the ARN of a resource, as `Fn::GetAtt` does. */
  arn(stack: StackId, id: string): string;
  /** Returns the ids of the resources of a type. */
  idsOf(stack: StackId, type: string): string[];
  /** Returns the documents of a role's inline policies. */
  policiesOf(stack: StackId, role: string): PolicyDocument[];
  /** Returns the policy document at a property of a bucket, key, queue or topic. */
  policyAt(resource: ResourceOf, path: string): PolicyDocument;
}

export const PLACE_IN_AWS = { account: '123456789012', region: 'us-east-1', partition: 'aws' } as const;
const { account, region, partition } = PLACE_IN_AWS;
const STACK_UUID = '0a1b2c3d-1111-2222-3333-444455556666';
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');

export interface Deployment {
  readonly environment: string;
  readonly stackPrefix: string;
  /** Parameters that the deployer may give. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Evaluates the committed templates for one environment. */
export function deployStacks(deployment: Deployment): DeployedStacks {
  const templates = new Map(
    STACK_IDS.map((id) => [id, parseTemplate(readFileSync(join(ROOT, templateFile(id)), 'utf8'))]),
  );
  const evaluationOf = (stack: StackId): StackEvaluation => {
    const template = templates.get(stack);
    if (template === undefined) throw new Error(`there is no template of ${stack}`);
    return createEvaluation(template, {
      ...deployment,
      name: stackName(deployment.stackPrefix, stack),
      importValue: (exportName) => importFrom(exportName, { stackPrefix: deployment.stackPrefix, evaluationOf }),
    });
  };
  const property: DeployedStacks['property'] = ([stack, id], path) => {
    const evaluation = evaluationOf(stack);
    const properties = evaluation.template.Resources[id]?.Properties;
    if (properties === undefined) throw new Error(`the stack ${stack} has no ${id}`);
    return at(evaluate(properties, evaluation), path);
  };
  return {
    property,
    arn: (stack, id) => evaluationOf(stack).attribute(id, 'Arn'),
    idsOf: (stack, type) =>
      Object.entries(evaluationOf(stack).template.Resources).flatMap(([id, { Type }]) => (Type === type ? [id] : [])),
    policiesOf: (stack, role) =>
      z
        .array(z.object({ PolicyDocument }))
        .parse(property([stack, role], 'Policies'))
        .map((policy) => policy.PolicyDocument),
    policyAt: (resource, path) => PolicyDocument.parse(property(resource, path)),
  };
}

interface StackEvaluation extends Evaluation {
  readonly template: TemplateDocument;
  attribute(logicalId: string, name: string): string;
}

function importFrom(
  exportName: unknown,
  { stackPrefix, evaluationOf }: { stackPrefix: string; evaluationOf: (stack: StackId) => StackEvaluation },
): unknown {
  const [stack = '', output = ''] = String(exportName).split('-');
  const id = STACK_IDS.find((one) => stackName(stackPrefix, one) === stack);
  const exporter = id === undefined ? undefined : evaluationOf(id);
  const value = exporter?.template.Outputs?.[output]?.Value;
  if (exporter === undefined || value === undefined) throw new Error(`nothing exports ${exportName}`);
  return evaluate(value, exporter);
}

function createEvaluation(
  template: TemplateDocument,
  stack: Deployment & { name: string; importValue: Evaluation['importValue'] },
): StackEvaluation {
  const defaults = Object.entries(template.Parameters).map(([name, { Default = '' }]) => [name, Default]);
  const known: Readonly<Record<string, string | symbol>> = {
    ...Object.fromEntries(defaults),
    ...stack.parameters,
    Environment: stack.environment,
    StackPrefix: stack.stackPrefix,
    'AWS::AccountId': account,
    'AWS::NoValue': NO_VALUE,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': stack.name,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack.name}/${STACK_UUID}`,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const nameOf = (id: string, kind: Kind): string =>
    kind.name === null
      ? `${stack.name}-${id}`
      : String(evaluate(template.Resources[id]?.Properties[kind.name], evaluation));
  const evaluation: StackEvaluation = {
    template,
    importValue: stack.importValue,
    reference: (name) => {
      const value = known[name];
      if (value !== undefined) return value;
      const kind = kindOf(template, name);
      return kind.isReferencedByArn ? kind.arn(nameOf(name, kind)) : nameOf(name, kind);
    },
    attribute: (id, name) => {
      const kind = kindOf(template, id);
      return name === 'Arn' ? kind.arn(nameOf(id, kind)) : nameOf(id, kind);
    },
  };
  return evaluation;
}

function kindOf(template: TemplateDocument, id: string): Kind {
  const kind = KINDS[template.Resources[id]?.Type ?? ''];
  if (kind === undefined) throw new Error(`the type of ${id} is not known here`);
  return kind;
}

interface Kind {
  /** Property with the name of the resource; null where CloudFormation makes one up. */
  readonly name: string | null;
  readonly arn: (name: string) => string;
  /** Ref gives the ARN instead of the name. */
  readonly isReferencedByArn?: true;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::S3::Bucket': { name: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::DynamoDB::Table': { name: 'TableName', arn: (name) => arnOf('dynamodb', `table/${name}`) },
  'AWS::KMS::Key': { name: null, arn: (name) => arnOf('kms', `key/${name}`) },
  'AWS::Logs::LogGroup': { name: 'LogGroupName', arn: (name) => arnOf('logs', `log-group:${name}:*`) },
  // Secrets Manager adds a hyphen and six characters of its own.
  'AWS::SecretsManager::Secret': {
    name: 'Name',
    arn: (name) => arnOf('secretsmanager', `secret:${name}-AbCdEf`),
    isReferencedByArn: true,
  },
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
