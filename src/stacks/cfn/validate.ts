import type { IntrinsicCall } from './read-intrinsic.ts';
import { readIntrinsic } from './read-intrinsic.ts';
import type { PlainTemplate } from './template.ts';

const POLICIES = [
  ['DeletionPolicy', ['Retain', 'RetainExceptOnCreate', 'Delete']],
  ['UpdateReplacePolicy', ['Retain', 'Delete']],
] as const;

/** Returns what is wrong with a template, each line with its path: references to what does not exist, declarations that
 *  nothing uses, deletion policies that are not literals, arguments that CloudFormation would refuse. */
export function templateProblems(template: PlainTemplate): string[] {
  const check: Check = { template, problems: [], usedParameters: new Set(), usedConditions: new Set() };
  checkValues(check, { value: template.Conditions ?? {}, path: 'Conditions' });
  for (const id of Object.keys(template.Resources)) checkResource(check, id);
  checkValues(check, { value: template.Outputs, path: 'Outputs' });
  const { problems, usedParameters, usedConditions } = check;
  for (const name of Object.keys(template.Parameters)) {
    if (!usedParameters.has(name)) problems.push(`Parameters.${name}: nothing uses it`);
    if (Object.hasOwn(template.Resources, name)) problems.push(`Parameters.${name}: a resource has the same name`);
  }
  for (const name of Object.keys(template.Conditions ?? {})) {
    if (!usedConditions.has(name)) problems.push(`Conditions.${name}: nothing uses it`);
  }
  return problems;
}

/** What one pass over a template has found so far. */
interface Check {
  readonly template: PlainTemplate;
  readonly problems: string[];
  readonly usedParameters: Set<string>;
  readonly usedConditions: Set<string>;
}

/** A value and where it stands. */
interface Place<T = unknown> {
  readonly value: T;
  readonly path: string;
}

function checkResource(check: Check, id: string): void {
  const { template, problems } = check;
  const resource = template.Resources[id];
  if (resource === undefined) return;
  const path = `Resources.${id}`;
  checkValues(check, { value: resource.Properties, path: `${path}.Properties` });
  if (resource.Condition !== undefined) checkCondition(check, { value: resource.Condition, path });
  for (const other of resource.DependsOn ?? []) {
    if (!Object.hasOwn(template.Resources, other)) problems.push(`${path}.DependsOn: there is no resource ${other}`);
  }
  for (const [attribute, allowed] of POLICIES) {
    const value = resource[attribute];
    if (value !== undefined && !allowed.some((one) => one === value)) {
      problems.push(`${path}.${attribute}: must be the literal ${allowed.join(' or ')}`);
    }
  }
}

function checkValues(check: Check, { value, path }: Place): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValues(check, { value: item, path: `${path}[${index}]` });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const call = readIntrinsic(value);
  if (call !== null) checkCall(check, { value: call, path });
  for (const [key, inner] of Object.entries(value)) {
    checkValues(check, { value: inner, path: key.startsWith('Fn::') ? path : `${path}.${key}` });
  }
}

function checkCall(check: Check, { value: call, path }: Place<IntrinsicCall>): void {
  if (call.kind === 'Ref') checkReference(check, { value: call.name, path });
  else if (call.kind === 'GetAtt') checkAttribute(check, { value: call.logicalId, path });
  else if (call.kind === 'Sub') checkSub(check, { value: call, path });
  else if (call.kind === 'FindInMap') checkMapping(check, { value: call, path });
  else if (call.kind === 'If') checkCondition(check, { value: call.condition, path });
}

type Call<Kind extends IntrinsicCall['kind']> = Extract<IntrinsicCall, { kind: Kind }>;

function checkReference({ template, problems, usedParameters }: Check, { value: name, path }: Place<string>): void {
  if (name.startsWith('AWS::')) return;
  if (Object.hasOwn(template.Parameters, name)) usedParameters.add(name);
  else if (!Object.hasOwn(template.Resources, name)) {
    problems.push(`${path}: there is no resource or parameter ${name}`);
  }
}

function checkAttribute({ template, problems }: Check, { value: logicalId, path }: Place<string>): void {
  if (!Object.hasOwn(template.Resources, logicalId)) problems.push(`${path}: there is no resource ${logicalId}`);
}

function checkSub(check: Check, { value: { text, variables }, path }: Place<Call<'Sub'>>): void {
  if (variables === null) {
    check.problems.push(`${path}: Fn::Sub has no variables; CloudFormation refuses null there`);
    return;
  }
  if (!text.includes('${')) check.problems.push(`${path}: Fn::Sub without a variable`);
  for (const [, name = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    if (Object.hasOwn(variables, name)) continue;
    const [target = '', attribute] = name.split('.');
    if (attribute === undefined) checkReference(check, { value: name, path });
    else checkAttribute(check, { value: target, path });
  }
}

function checkMapping({ template, problems }: Check, { value: { map, second }, path }: Place<Call<'FindInMap'>>): void {
  for (const [environment, values] of Object.entries(template.Mappings?.[map] ?? { '(none)': {} })) {
    if (values[second] === undefined) problems.push(`${path}: mapping ${map}.${environment} has no ${second}`);
  }
}

function checkCondition({ template, problems, usedConditions }: Check, { value: name, path }: Place<string>): void {
  usedConditions.add(name);
  if (!Object.hasOwn(template.Conditions ?? {}, name)) problems.push(`${path}: there is no condition ${name}`);
}
