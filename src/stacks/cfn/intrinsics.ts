import type { Value } from 'cloudform-types/types/dataTypes.js';
import * as dataTypes from 'cloudform-types/types/dataTypes.js';
import { readIntrinsic } from './read-intrinsic.ts';

export type { Value };

/** A CloudFormation function call; only this file creates one. */
export type Intrinsic = dataTypes.IntrinsicFunction;
/** Name of a condition of the same template, as `Scope.condition` returns it. */
export type ConditionName = string & { readonly __condition: unique symbol };
type Comparison = Readonly<Record<string, unknown>>;

const { IntrinsicFunction } = dataTypes;

export function ref(logicalId: string): Intrinsic {
  return new IntrinsicFunction('Ref', logicalId);
}

export function getAtt(logicalId: string, attribute: string): Intrinsic {
  return new IntrinsicFunction('Fn::GetAtt', [logicalId, attribute]);
}

export function findInMap(map: string, [top, second]: readonly [top: Value<string>, second: string]): Intrinsic {
  return new IntrinsicFunction('Fn::FindInMap', [map, top, second]);
}

export function importValue(exportName: Intrinsic): Intrinsic {
  return new IntrinsicFunction('Fn::ImportValue', exportName);
}

export function select(index: number, list: Intrinsic): Intrinsic {
  return new IntrinsicFunction('Fn::Select', [index, list]);
}

export function split(delimiter: string, text: Value<string>): Intrinsic {
  return new IntrinsicFunction('Fn::Split', [delimiter, text]);
}

export function ifElse(
  condition: ConditionName,
  { whenTrue, whenFalse }: { whenTrue: unknown; whenFalse: unknown },
): Intrinsic {
  return new IntrinsicFunction('Fn::If', [condition, whenTrue, whenFalse]);
}

/** Returns a value that exists only while the condition holds; otherwise the property or list item is absent. */
export function onlyIf(condition: ConditionName, value: unknown): Intrinsic {
  return ifElse(condition, { whenTrue: value, whenFalse: pseudo.noValue });
}

export function equals(left: Value<string>, right: Value<string>): Comparison {
  return { 'Fn::Equals': [left, right] };
}

export function not(comparison: Comparison): Comparison {
  return { 'Fn::Not': [comparison] };
}

export const pseudo = {
  accountId: ref('AWS::AccountId'),
  partition: ref('AWS::Partition'),
  region: ref('AWS::Region'),
  stackId: ref('AWS::StackId'),
  stackName: ref('AWS::StackName'),
  urlSuffix: ref('AWS::URLSuffix'),
  noValue: ref('AWS::NoValue'),
} as const;

/** Returns text with values filled in: sub`kiro-worker-${environment}-locks`. References are written inline; other
 *  functions become variables of Fn::Sub. */
export function sub(texts: TemplateStringsArray, ...values: ReadonlyArray<Value<string> | number>): Intrinsic {
  const variables: Record<string, unknown> = {};
  let template = literal(texts[0] ?? '');
  for (const [index, value] of values.entries()) {
    template += inline(value, variables) + literal(texts[index + 1] ?? '');
  }
  return new IntrinsicFunction('Fn::Sub', Object.keys(variables).length === 0 ? template : [template, variables]);
}

/** Returns text that already contains its \${references}. */
export function rawSub(template: string): Intrinsic {
  return new IntrinsicFunction('Fn::Sub', template);
}

function inline(value: Value<string> | number, variables: Record<string, unknown>): string {
  if (!(value instanceof IntrinsicFunction)) return literal(String(value));
  const call = readIntrinsic(value.toJSON());
  if (call?.kind === 'Ref') return `\${${call.name}}`;
  if (call?.kind === 'GetAtt') return `\${${call.logicalId}.${call.attribute}}`;
  if (call?.kind !== 'Sub') return addVariable(value, variables);
  const renamed = new Map(
    Object.entries(call.variables ?? {}).map(([key, variable]) => [key, addVariable(variable, variables)]),
  );
  return call.text.replace(/\$\{(\w+)\}/g, (whole, key: string) => renamed.get(key) ?? whole);
}

function addVariable(value: unknown, variables: Record<string, unknown>): string {
  const text = JSON.stringify(value);
  const known = Object.keys(variables).find((key) => JSON.stringify(variables[key]) === text);
  const name = known ?? `Value${Object.keys(variables).length + 1}`;
  variables[name] = value;
  return `\${${name}}`;
}

function literal(text: string): string {
  return text.replaceAll('${', '${!');
}
