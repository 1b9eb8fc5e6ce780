import type { PlainTemplate } from './template.ts';

interface Found {
  readonly problems: string[];
  readonly usedParameters: Set<string>;
  readonly usedConditions: Set<string>;
}

/** Returns what is wrong with a template, each line with its path: references to what does not exist, what nobody uses,
 *  deletion policies that are no literals, parameters of the functions that CloudFormation would refuse. */
export function templateProblems(template: PlainTemplate): string[] {
  const found: Found = { problems: [], usedParameters: new Set(), usedConditions: new Set() };
  walk(template.Conditions ?? {}, 'Conditions', { template, found });
  for (const [id, resource] of Object.entries(template.Resources)) {
    const path = `Resources.${id}`;
    walk(resource.Properties, `${path}.Properties`, { template, found });
    if (resource.Condition !== undefined) checkCondition(resource.Condition, path, { template, found });
    for (const other of resource.DependsOn ?? []) {
      if (!Object.hasOwn(template.Resources, other))
        found.problems.push(`${path}.DependsOn: there is no resource ${other}`);
    }
    for (const attribute of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
      const value = resource[attribute];
      if (value !== undefined && value !== 'Retain' && value !== 'Delete') {
        found.problems.push(`${path}.${attribute}: must be the literal Retain or Delete`);
      }
    }
  }
  walk(template.Outputs, 'Outputs', { template, found });
  for (const name of Object.keys(template.Parameters)) {
    if (!found.usedParameters.has(name)) found.problems.push(`Parameters.${name}: nothing uses it`);
  }
  for (const name of Object.keys(template.Conditions ?? {})) {
    if (!found.usedConditions.has(name)) found.problems.push(`Conditions.${name}: nothing uses it`);
  }
  return found.problems;
}

interface Context {
  readonly template: PlainTemplate;
  readonly found: Found;
}

function walk(value: unknown, path: string, context: Context): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, context);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref') checkReference(String(inner), path, context);
    else if (key === 'Fn::GetAtt') checkAttribute(inner, path, context);
    else if (key === 'Fn::Sub') checkSub(inner, path, context);
    else if (key === 'Fn::FindInMap') checkMapping(inner, path, context);
    else if (key === 'Fn::If') checkCondition(String((inner as unknown[])[0]), path, context);
    walk(inner, key.startsWith('Fn::') ? path : `${path}.${key}`, context);
  }
}

function checkReference(name: string, path: string, { template, found }: Context): void {
  if (name.startsWith('AWS::')) return;
  if (Object.hasOwn(template.Parameters, name)) found.usedParameters.add(name);
  else if (!Object.hasOwn(template.Resources, name)) {
    found.problems.push(`${path}: there is no resource or parameter ${name}`);
  }
}

function checkAttribute(target: unknown, path: string, { template, found }: Context): void {
  const [name] = target as string[];
  if (!Object.hasOwn(template.Resources, String(name))) found.problems.push(`${path}: there is no resource ${name}`);
}

function checkSub(payload: unknown, path: string, context: Context): void {
  const [text, variables] = (Array.isArray(payload) ? payload : [payload, {}]) as [
    string,
    Record<string, unknown> | null,
  ];
  if (variables === null) {
    context.found.problems.push(`${path}: Fn::Sub has no variables; CloudFormation refuses null there`);
    return;
  }
  if (!text.includes('${')) context.found.problems.push(`${path}: Fn::Sub without a variable`);
  for (const [, name = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    if (Object.hasOwn(variables, name)) continue;
    const [target = '', attribute] = name.split('.');
    if (attribute === undefined) checkReference(name, path, context);
    else checkAttribute([target, attribute], path, context);
  }
}

function checkMapping(payload: unknown, path: string, { template, found }: Context): void {
  const [map, , key] = payload as [string, unknown, string];
  for (const [environment, values] of Object.entries(template.Mappings?.[map] ?? { '(none)': {} })) {
    if (values[key] === undefined) found.problems.push(`${path}: mapping ${map}.${environment} has no ${key}`);
  }
}

function checkCondition(name: string, path: string, { template, found }: Context): void {
  found.usedConditions.add(name);
  if (!Object.hasOwn(template.Conditions ?? {}, name)) found.problems.push(`${path}: there is no condition ${name}`);
}
