import type { PlainTemplate } from '../../../src/stacks/cfn/template.ts';

type Json = unknown;

export interface ResolvedTemplate {
  readonly AWSTemplateFormatVersion: string;
  readonly Resources: Readonly<
    Record<string, { Type: string; Properties: Record<string, Json>; Metadata?: Record<string, Json> }>
  >;
}

/** Values of parameters such that everything optional is there: network, own image, mail. */
const EVERYTHING: Readonly<Record<string, string>> = {
  StackPrefix: 'KiroWorker',
  AlertEmail: 'someone@example.com',
  VpcId: 'vpc-0123456789abcdef0',
  SubnetIds: 'subnet-0123456789abcdef0',
  SecurityGroupIds: 'sg-0123456789abcdef0',
  BuildImageRepository: 'kiro-worker',
};

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackId': 'arn:aws:cloudformation:us-east-1:123456789012:stack/KiroWorker/0123abcd-0000-0000-0000-000000000000',
  'AWS::StackName': 'KiroWorker',
  'AWS::URLSuffix': 'amazonaws.com',
};

const NOTHING = Symbol('AWS::NoValue');

/** Returns a template as it would be for one environment: settings, conditions and parameters filled in, so that a rule sees
 *  values instead of functions. References to resources stay, but for the ARN of a bucket. */
export function resolveTemplate(template: PlainTemplate, environment: string): ResolvedTemplate {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default ?? '']);
  const parameters = { ...Object.fromEntries(defaults), ...EVERYTHING, Environment: environment } as Record<
    string,
    string
  >;
  const fill = (value: Json): Json => fillIn(value, { template, parameters });
  const present = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(template.Conditions?.[Condition], fill),
  );
  const resources = present.map(([id, { Condition: _, Metadata, ...resource }]) => [
    id,
    { ...(fill(resource) as object), ...(Metadata === undefined ? {} : { Metadata }) },
  ]);
  return { AWSTemplateFormatVersion: '2010-09-09', Resources: Object.fromEntries(resources) };
}

interface Context {
  readonly template: PlainTemplate;
  readonly parameters: Readonly<Record<string, string>>;
}

function fillIn(value: Json, context: Context): Json {
  const fill = (inner: Json): Json => fillIn(inner, context);
  if (Array.isArray(value)) return value.map(fill).filter((item) => item !== NOTHING);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, payload] = ['', null]] = Object.entries(value);
  const list = payload as Json[];
  if (name === 'Ref') return reference(String(payload), context) ?? value;
  if (name === 'Fn::FindInMap')
    return context.template.Mappings?.[String(list[0])]?.[String(fill(list[1]))]?.[String(list[2])];
  if (name === 'Fn::If') return fill(holds(context.template.Conditions?.[String(list[0])], fill) ? list[1] : list[2]);
  if (name === 'Fn::Split') return String(fill(list[1])).split(String(list[0]));
  if (name === 'Fn::Select') return (fill(list[1]) as Json[])[Number(list[0])];
  if (name === 'Fn::ImportValue') return `imported-${JSON.stringify(payload).replaceAll(/[^A-Za-z]+/g, '')}`;
  if (name === 'Fn::Sub') return substitute(payload, context);
  if (name === 'Fn::GetAtt' && isBucket(list, context)) return `arn:aws:s3:::${String(list[0]).toLowerCase()}`;
  const entries = Object.entries(value).map(([key, inner]) => [key, fill(inner)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== NOTHING));
}

function reference(name: string, { parameters }: Context): Json {
  if (name === 'AWS::NoValue') return NOTHING;
  return PSEUDO[name] ?? parameters[name];
}

function substitute(payload: Json, context: Context): Json {
  const [text, variables] = (Array.isArray(payload) ? payload : [payload, {}]) as [string, Record<string, Json>];
  let open = false;
  const filled = text.replace(/\$\{([^!}]+)\}/g, (whole, name: string) => {
    if (Object.hasOwn(variables, name)) return String(fillIn(variables[name], context));
    const value = isBucket(name.split('.'), context)
      ? `arn:aws:s3:::${name.split('.')[0]?.toLowerCase()}`
      : reference(name, context);
    if (typeof value === 'string') return value;
    open = true;
    return whole;
  });
  return open ? { 'Fn::Sub': filled } : filled;
}

function isBucket([id, attribute]: Json[], { template }: Context): boolean {
  return attribute === 'Arn' && template.Resources[String(id)]?.Type === 'AWS::S3::Bucket';
}

function holds(comparison: Json, fill: (value: Json) => Json): boolean {
  const { 'Fn::Equals': equal, 'Fn::Not': negated } = comparison as Record<string, Json[] | undefined>;
  if (negated !== undefined) return !holds(negated[0], fill);
  const [left, right] = (equal ?? []).map((side) => String(fill(side)));
  return left === right;
}
