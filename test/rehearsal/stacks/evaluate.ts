import type { IntrinsicCall } from '../../../src/stacks/cfn/read-intrinsic.ts';
import { readIntrinsic } from '../../../src/stacks/cfn/read-intrinsic.ts';
import { at, listOf } from '../../stacks/json.ts';
import type { TemplateDocument } from './template-document.ts';

/** What CloudFormation would know when it evaluates a template; undefined leaves the function as it is. */
export interface Evaluation {
  readonly template: Pick<TemplateDocument, 'Mappings' | 'Conditions'>;
  reference(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: unknown): unknown;
}

/** Value of a reference to AWS::NoValue: whatever has it is absent. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** Returns a value with its functions evaluated, as CloudFormation would. Throws for a function that is not known here. */
export function evaluate(value: unknown, evaluation: Evaluation): unknown {
  const inner = (one: unknown): unknown => evaluate(one, evaluation);
  if (Array.isArray(value)) return value.map(inner).filter((item) => item !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const call = readIntrinsic(value);
  if (call !== null) {
    const result = evaluateCall(call, evaluation);
    return result === undefined ? value : result;
  }
  const entries = Object.entries(value).map(([key, one]) => {
    if (key.startsWith('Fn::')) throw new Error(`${key} is not known here`);
    return [key, inner(one)] as const;
  });
  return Object.fromEntries(entries.filter(([, one]) => one !== NO_VALUE));
}

/** Returns whether a condition of the template holds. */
export function holds(condition: string, evaluation: Evaluation): boolean {
  return isTrue(readIntrinsic(evaluation.template.Conditions?.[condition]), evaluation);
}

function evaluateCall(call: IntrinsicCall, evaluation: Evaluation): unknown {
  const inner = (one: unknown): unknown => evaluate(one, evaluation);
  switch (call.kind) {
    case 'Ref':
      return evaluation.reference(call.name);
    case 'GetAtt':
      return evaluation.attribute(call.logicalId, call.attribute);
    case 'ImportValue':
      return evaluation.importValue(inner(call.exportName));
    case 'FindInMap':
      return evaluation.template.Mappings?.[call.map]?.[String(inner(call.top))]?.[call.second];
    case 'If':
      return inner(holds(call.condition, evaluation) ? call.whenTrue : call.whenFalse);
    case 'Split':
      return String(inner(call.text)).split(call.delimiter);
    case 'Select':
      return at(listOf(inner(call.list)), String(call.index));
    case 'Sub':
      return substitute(call, evaluation);
    case 'Equals':
    case 'Not':
      return isTrue(call, evaluation);
  }
}

/** Fills in what is known; a reference that is not known stays, inside Fn::Sub. */
function substitute({ text, variables }: Extract<IntrinsicCall, { kind: 'Sub' }>, evaluation: Evaluation): unknown {
  let isComplete = true;
  const filled = text.replace(/\$\{([^!}]+)\}/g, (whole, name: string) => {
    if (variables !== null && Object.hasOwn(variables, name)) return String(evaluate(variables[name], evaluation));
    const [id = '', attribute] = name.split('.');
    const value = attribute === undefined ? evaluation.reference(id) : evaluation.attribute(id, attribute);
    if (value === undefined) isComplete = false;
    return value === undefined ? whole : String(value);
  });
  return isComplete ? filled : { 'Fn::Sub': filled };
}

function isTrue(call: IntrinsicCall | null, evaluation: Evaluation): boolean {
  if (call?.kind === 'Not') return !isTrue(readIntrinsic(call.comparison), evaluation);
  if (call?.kind !== 'Equals') throw new Error(`${JSON.stringify(call)} is not a condition`);
  const [left, right] = call.sides.map((side) => String(evaluate(side, evaluation)));
  return left === right;
}
