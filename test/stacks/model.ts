import { readIntrinsic } from '../../src/stacks/cfn/read-intrinsic.ts';
import type { PlainResource, PlainTemplate } from '../../src/stacks/cfn/template.ts';
import { composeSandbox, composeStacks } from '../../src/stacks/compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../../src/stacks/environments.ts';
import { entriesOf } from '../../src/stacks/map-values.ts';
import type { StackId } from '../../src/stacks/stack-names.ts';
import { at, findKey, listAt, listOf, recordOf } from './json.ts';

/** All templates that synth emits: one per stack, and the one-stack template of the sandbox. */
export interface Model {
  readonly stacks: Readonly<Record<StackId, PlainTemplate>>;
  readonly sandbox: PlainTemplate;
}

/** A resource and the template it stands in. */
export interface Found {
  readonly stack: StackId | 'Sandbox';
  readonly template: PlainTemplate;
  readonly id: string;
  readonly resource: PlainResource;
}

/** A property that every model must have: returns the places that violate it. */
export type Invariant = (model: Model) => string[];

export function composeModel(): Model {
  return { stacks: composeStacks(ENVIRONMENTS), sandbox: composeSandbox(SANDBOX) };
}

/** Returns every template with its name. */
export function templatesOf({ stacks, sandbox }: Model): Array<[StackId | 'Sandbox', PlainTemplate]> {
  return [...entriesOf(stacks), ['Sandbox', sandbox]];
}

/** Returns the resources of a type in all templates. */
export function resourcesOf(model: Model, type: string): Found[] {
  return templatesOf(model).flatMap(([stack, template]) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ stack, template, id, resource })),
  );
}

export function place({ stack, id }: Found): string {
  return `${stack}.${id}`;
}

/** Returns what differs: path in the properties => expected value. */
export function wrong({ stack, id, resource }: Found, expected: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(expected)
    .filter(([path, value]) => at(resource.Properties, path) !== value)
    .map(([path, value]) => `${stack}.${id}.${path} is not ${value}`);
}

/** Returns the template of a resource with an environment that its settings know. */
export function inOwnEnvironment({ stack, template }: Found): Context {
  return { template, environment: stack === 'Sandbox' ? SANDBOX.environment : 'test' };
}

interface Context {
  readonly template: { readonly Mappings?: PlainTemplate['Mappings'] | undefined };
  /** test by default. */
  readonly environment?: string;
}

/** Returns text with its references filled in for one environment: `Fn::Sub`, `Ref`, settings; imports become `{OutputId}`. */
export function resolve(value: unknown, context: Context): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  const { template, environment = 'test' } = context;
  const call = readIntrinsic(value);
  if (call?.kind === 'Ref') return resolveReference(call.name, environment);
  if (call?.kind === 'GetAtt') return `{${call.logicalId}.${call.attribute}}`;
  if (call?.kind === 'FindInMap') return String(template.Mappings?.[call.map]?.[environment]?.[call.second]);
  if (call?.kind === 'ImportValue') return resolve(call.exportName, context).replace(/^.*-(\w+)$/, '{$1}');
  if (call?.kind !== 'Sub') return JSON.stringify(value) ?? '';
  const variables = call.variables ?? {};
  return call.text.replace(/\$\{([^}]+)\}/g, (_, key: string) =>
    Object.hasOwn(variables, key) ? resolve(variables[key], context) : resolveReference(key, environment),
  );
}

function resolveReference(name: string, environment: string): string {
  return name === 'Environment' ? environment : `{${name}}`;
}

/** A statement of any policy in the templates. */
export interface Statement {
  readonly sid: string;
  readonly effect: unknown;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly condition: unknown;
}

/** Returns all policy statements in a value, those inside Fn::If included. */
export function statementsOf(value: unknown): Statement[] {
  return findKey(value, 'Statement')
    .flatMap(listOf)
    .map(recordOf)
    .map(({ Sid, Effect, Action, Resource, Principal, Condition }) => ({
      sid: String(Sid ?? ''),
      effect: Effect,
      actions: [Action].flat().map(String),
      resources: [Resource].flat(),
      principal: Principal,
      condition: Condition,
    }));
}

export interface PlainMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: ReadonlyArray<readonly [name: string, value: unknown]>;
}

/** Returns the metrics of an alarm: its own, or those of its expression. */
export function metricsOf({ resource: { Properties } }: Found): PlainMetric[] {
  const metrics = Properties.Metrics === undefined ? [Properties] : findKey(Properties.Metrics, 'Metric').map(recordOf);
  return metrics.map((metric) => ({
    namespace: String(metric.Namespace),
    name: String(metric.MetricName),
    dimensions: listAt(metric, 'Dimensions')
      .map(recordOf)
      .map(({ Name, Value }) => [String(Name), Value] as const),
  }));
}
