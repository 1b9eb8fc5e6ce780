import type { PlainResource, PlainTemplate } from '../../src/stacks/cfn/template.ts';
import type { StackId } from '../../src/stacks/compose.ts';
import { composeSandbox, composeStacks } from '../../src/stacks/compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../../src/stacks/environments.ts';

/** All that synth emits as templates: the five, and the one of the sandbox. */
export interface Model {
  readonly stacks: Readonly<Record<StackId, PlainTemplate>>;
  readonly sandbox: PlainTemplate;
}

export interface Found {
  readonly stack: StackId | 'Sandbox';
  readonly id: string;
  readonly resource: PlainResource;
}

/** What we mean with the templates: returns the places where a model does not keep it. */
export type Intent = (model: Model) => string[];

type Json = unknown;

export function composeModel(): Model {
  return { stacks: composeStacks(ENVIRONMENTS), sandbox: composeSandbox(SANDBOX) };
}

/** Returns every template with its name. */
export function templatesOf({ stacks, sandbox }: Model): Array<[StackId | 'Sandbox', PlainTemplate]> {
  return [...(Object.entries(stacks) as Array<[StackId, PlainTemplate]>), ['Sandbox', sandbox]];
}

/** Returns the resources of a type in all templates. */
export function resourcesOf(model: Model, type: string): Found[] {
  return templatesOf(model).flatMap(([stack, template]) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({ stack, id, resource })),
  );
}

/** Returns the value at a path such as `Properties.Targets.0.Arn`, undefined where nothing is. */
export function at(value: Json, path: string): Json {
  return path.split('.').reduce<Json>((inner, key) => (inner as Record<string, Json> | undefined)?.[key], value);
}

/** Returns every object in a value that has the key, with what stands there. */
export function findKey(value: Json, key: string): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === key ? [inner] : []), ...findKey(inner, key)]);
}

/** Returns text with its references filled in for one environment: `Fn::Sub`, `Ref`, settings; imports become `{OutputId}`. */
export function resolve(value: Json, template: PlainTemplate, environment: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  const [[name, payload] = ['', null]] = Object.entries((value ?? {}) as Record<string, Json>);
  if (name === 'Ref') return resolveReference(String(payload), environment);
  if (name === 'Fn::GetAtt') return `{${(payload as string[]).join('.')}}`;
  if (name === 'Fn::FindInMap') {
    const [map, , key] = payload as [string, Json, string];
    return String(template.Mappings?.[map]?.[environment]?.[key]);
  }
  if (name === 'Fn::ImportValue') return resolve(payload, template, environment).replace(/^.*-(\w+)$/, '{$1}');
  if (name === 'Fn::Sub') {
    const [text, variables] = (Array.isArray(payload) ? payload : [payload, {}]) as [string, Record<string, Json>];
    return text.replace(/\$\{([^}]+)\}/g, (_, key: string) =>
      Object.hasOwn(variables, key)
        ? resolve(variables[key], template, environment)
        : resolveReference(key, environment),
    );
  }
  return JSON.stringify(value) ?? '';
}

function resolveReference(name: string, environment: string): string {
  return name === 'Environment' ? environment : `{${name}}`;
}

/** A statement of any policy in the templates. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Json;
  readonly Action: string | readonly string[];
  readonly Resource: Json;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Returns all statements under a value (documents nested in Fn::If included). */
export function statementsOf(value: Json): Statement[] {
  return findKey(value, 'Statement').flatMap((list) => list as Statement[]);
}

export function actionsOf(statement: Statement): string[] {
  return [statement.Action].flat() as string[];
}
