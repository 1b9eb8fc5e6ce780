import { WorkerError } from '../../core/errors.ts';
import type { Setting } from '../environments/settings.ts';
import { mapValues } from '../map-values.ts';
import { acceptedFindings } from './accepted-findings.ts';
import type { ConditionName, Intrinsic, Value } from './intrinsics.ts';
import { findInMap, getAtt, ref, sub } from './intrinsics.ts';
import type { ResourceType, ResourceTypes } from './resource-types.ts';
import { TAG_STYLES } from './resource-types.ts';
import type { Template, TemplateParameter } from './template.ts';

/** Handle of a resource in this template, so that references are always to something that exists. */
export interface Resource<T extends ResourceType> {
  readonly logicalId: string;
  readonly ref: Intrinsic;
  att(attribute: ResourceTypes[T]['attributes']): Intrinsic;
}

export interface ResourceOptions {
  /** DeletionPolicy and UpdateReplacePolicy; literals, since linters do not check functions there. What is retained still
   *  goes when its own creation is rolled back, so that a first deployment that failed can be tried again. */
  readonly onDelete?: 'Retain' | 'Delete';
  readonly condition?: ConditionName;
  readonly dependsOn?: ReadonlyArray<{ readonly logicalId: string }>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Linter findings accepted here: rule => reason. */
  readonly accept?: Readonly<Record<string, string>>;
}

export type OutputValues<Name extends string> = Readonly<Record<Name, Value<string>>>;

export interface Output {
  readonly value: Value<string>;
  readonly description: string;
  /** The output exists only where this holds. */
  readonly condition?: ConditionName;
}

/** What a builder writes to: resources, parameters, conditions, settings and outputs of one stack. */
export interface Scope {
  readonly environment: Intrinsic;
  /** Returns a setting of the environment being deployed (Mappings). */
  setting(name: Setting): Intrinsic;
  resource<T extends ResourceType>(
    logicalId: string,
    definition: { readonly type: T; readonly properties: ResourceTypes[T]['properties'] } & ResourceOptions,
  ): Resource<T>;
  parameter(name: string, definition: TemplateParameter): Intrinsic;
  condition(name: string, comparison: Readonly<Record<string, unknown>>): ConditionName;
  /** Publishes values under the names that users know; returns them for the stacks that follow. */
  outputs<Name extends string>(values: Readonly<Record<Name, Output>>): OutputValues<Name>;
  /** Path of a folder of this repository, relative to the template. */
  codeUri(folder: string): string;
}

export const SETTINGS_MAP = 'Settings';
export const TAGS = { project: 'Project', environment: 'Environment', managedBy: 'ManagedBy', component: 'Component' };

export interface ScopeOptions {
  readonly template: Template;
  /** Value of the tag by which costs can be separated. */
  readonly component: string;
  /** Outputs become exports named `<StackName>-<OutputId>`. */
  readonly exports: boolean;
  /** Path from the template to the root of the repository: '' or '../'. */
  readonly codeRoot: string;
}

/** Returns a scope that writes to `template`. */
export function createScope(options: ScopeOptions): Scope {
  const { template, codeRoot } = options;
  const environment = ref('Environment');
  return {
    environment,
    setting: (name) => {
      template.usedSettings.add(name);
      return findInMap(SETTINGS_MAP, [environment, name]);
    },
    resource: (logicalId, definition) => addResource(options, { logicalId, ...definition }),
    parameter: (name, definition) => {
      addOnce(template.Parameters, { name, definition });
      return ref(name);
    },
    condition: (name, comparison) => {
      addOnce(template.Conditions, { name, definition: comparison });
      return name as ConditionName;
    },
    outputs: (values) => addOutputs(options, values),
    codeUri: (folder) => `${codeRoot}${folder}`,
  };
}

function addResource<T extends ResourceType>(
  { template, component }: ScopeOptions,
  {
    logicalId,
    type,
    properties,
    ...options
  }: { logicalId: string; type: T; properties: ResourceTypes[T]['properties'] } & ResourceOptions,
): Resource<T> {
  refuseTaken(template.Resources, logicalId);
  template.Resources[logicalId] = {
    Type: type,
    ...attributesOf(logicalId, options),
    Properties: { ...properties, ...tagsOf(type, component) },
  };
  return { logicalId, ref: ref(logicalId), att: (attribute) => getAtt(logicalId, attribute) };
}

function addOutputs<Name extends string>(
  { template, exports }: ScopeOptions,
  values: Readonly<Record<Name, Output>>,
): OutputValues<Name> {
  return mapValues(values, ({ value, description, condition }, name) => {
    refuseTaken(template.Outputs, name);
    template.Outputs[name] = {
      ...(condition === undefined ? {} : { Condition: condition }),
      Description: description,
      Value: value,
      ...(exports ? { Export: { Name: sub`${ref('AWS::StackName')}-${name}` } } : {}),
    };
    return value;
  });
}

function tagsOf(type: ResourceType, component: string): object {
  const tags = {
    [TAGS.project]: 'KiroWorker',
    [TAGS.environment]: ref('Environment'),
    [TAGS.managedBy]: 'CloudFormation',
    [TAGS.component]: component,
  };
  const style = TAG_STYLES[type];
  if (style === undefined) return {};
  return { Tags: style === 'map' ? tags : Object.entries(tags).map(([Key, value]) => ({ Key, Value: value })) };
}

function attributesOf(logicalId: string, options: ResourceOptions): object {
  const { onDelete, condition, dependsOn, metadata, accept } = options;
  const all = { ...metadata, ...(accept === undefined ? {} : acceptedFindings(logicalId, accept)) };
  return {
    ...(condition === undefined ? {} : { Condition: condition }),
    ...(dependsOn === undefined ? {} : { DependsOn: dependsOn.map((resource) => resource.logicalId) }),
    ...(onDelete === undefined ? {} : deletionPolicies(onDelete)),
    ...(Object.keys(all).length === 0 ? {} : { Metadata: all }),
  };
}

function deletionPolicies(onDelete: 'Retain' | 'Delete'): object {
  return {
    DeletionPolicy: onDelete === 'Retain' ? 'RetainExceptOnCreate' : onDelete,
    UpdateReplacePolicy: onDelete,
  };
}

/** Two builders may declare the same parameter or condition (they meet in the one-stack template), but not different ones. */
function addOnce<T>(declared: Record<string, T>, { name, definition }: { name: string; definition: NoInfer<T> }): void {
  const earlier = declared[name];
  if (earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(definition)) refuseTaken(declared, name);
  declared[name] = definition;
}

function refuseTaken(taken: Readonly<Record<string, unknown>>, name: string): void {
  if (!Object.hasOwn(taken, name)) return;
  throw new WorkerError({
    code: 'STACK_MODEL_INVALID',
    what: `Two definitions in one template are called ${name}.`,
    remedy: 'Give one of them another logical id in src/stacks.',
  });
}
