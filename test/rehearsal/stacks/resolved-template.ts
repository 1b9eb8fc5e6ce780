import { recordOf } from '../../stacks/json.ts';
import type { Evaluation } from './evaluate.ts';
import { evaluate, holds, NO_VALUE } from './evaluate.ts';
import type { TemplateDocument } from './template-document.ts';

export interface ResolvedTemplate {
  readonly AWSTemplateFormatVersion: string;
  readonly Resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Parameter values that bring in everything optional: network, own build image, e-mail address. */
const EVERYTHING: Readonly<Record<string, string>> = {
  StackPrefix: 'KiroWorker',
  AlertEmail: 'someone@example.com',
  VpcId: 'vpc-0123456789abcdef0',
  SubnetIds: 'subnet-0123456789abcdef0',
  SecurityGroupIds: 'sg-0123456789abcdef0',
  BuildImageRepository: 'kiro-worker',
};

const PSEUDO: Readonly<Record<string, string | symbol>> = {
  'AWS::AccountId': '123456789012',
  'AWS::NoValue': NO_VALUE,
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/KiroWorker/0123abcd-0000-0000-0000-000000000000',
  'AWS::StackName': 'KiroWorker',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Returns a template as it would be for one environment: settings, conditions and parameters filled in, so that a rule sees
 *  values instead of functions. References to resources stay, except for the ARN of a bucket. */
export function resolveTemplate(template: TemplateDocument, environment: string): ResolvedTemplate {
  const evaluation = evaluationOf(template, environment);
  const present = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(Condition, evaluation),
  );
  const resources = present.map(([id, { Condition: _, Metadata, ...resource }]) => [
    id,
    { ...recordOf(evaluate(resource, evaluation)), ...(Metadata === undefined ? {} : { Metadata }) },
  ]);
  return { AWSTemplateFormatVersion: '2010-09-09', Resources: Object.fromEntries(resources) };
}

function evaluationOf(template: TemplateDocument, environment: string): Evaluation {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default ?? '']);
  const known: Readonly<Record<string, string | symbol>> = {
    ...Object.fromEntries(defaults),
    ...EVERYTHING,
    ...PSEUDO,
    Environment: environment,
  };
  return {
    template,
    reference: (name) => known[name],
    attribute: (id, name) =>
      name === 'Arn' && template.Resources[id]?.Type === 'AWS::S3::Bucket'
        ? `arn:aws:s3:::${id.toLowerCase()}`
        : undefined,
    importValue: (exportName) => `imported-${JSON.stringify(exportName).replaceAll(/[^A-Za-z]+/g, '')}`,
  };
}
