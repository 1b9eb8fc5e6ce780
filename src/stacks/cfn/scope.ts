import { WorkerError } from '../../core/errors.ts';
import type { Setting } from '../environments/settings.ts';
import { acceptedFindings } from './findings.ts';
import type { ConditionName, Intrinsic, Value } from './intrinsics.ts';
import { findInMap, getAtt, ref, sub } from './intrinsics.ts';
import type { ResourceType, ResourceTypes } from './resource-types.ts';
import { TAG_STYLES } from './resource-types.ts';
import type { Template, TemplateParameter } from './template.ts';

/** A resource of this template, to refer to: a handle cannot name what does not exist. */
export interface Resource<T extends ResourceType> {
  readonly logicalId: string;
  readonly ref: Intrinsic;
  att(attribute: ResourceTypes[T]['attributes']): Intrinsic;
}

export interface ResourceOptions {
  /** Sets DeletionPolicy and UpdateReplacePolicy; a literal, since linters do not check functions there. */
  readonly onDelete?: 'Retain' | 'Delete';
  readonly condition?: ConditionName;
  readonly dependsOn?: ReadonlyArray<{ readonly logicalId: string }>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Findings of linters that are accepted here: rule => reason. */
  readonly accept?: Readonly<Record<string, string>>;
}

export type OutputValues<Name extends string> = Readonly<Record<Name, Value<string>>>;

/** What one builder fills: resources, parameters, conditions, settings and outputs of one stack. */
export interface Scope {
  readonly environment: Intrinsic;
  /** Returns the setting of the environment that is deployed (Mappings). */
  setting(name: Setting): Intrinsic;
  resource<T extends ResourceType>(
    logicalId: string,
    type: T,
    definition: { properties: ResourceTypes[T]['properties'] } & ResourceOptions,
  ): Resource<T>;
  parameter(name: string, definition: TemplateParameter): Intrinsic;
  condition(name: string, comparison: Readonly<Record<string, unknown>>): ConditionName;
  /** Publishes values under the names that users know; returns them for the builders after this one. */
  outputs<Name extends string>(
    values: Readonly<Record<Name, { value: Value<string>; description: string }>>,
  ): OutputValues<Name>;
  /** Path of a folder of this repository as the template has to spell it. */
  codeUri(folder: string): string;
}

export const SETTINGS_MAP = 'Settings';
export const TAGS = { project: 'Project', environment: 'Environment', managedBy: 'ManagedBy', component: 'Component' };

/** Returns a scope that writes into `template`; `component` becomes the tag by which costs can be told apart. */
export function createScope({
  template,
  component,
  exports,
  codeRoot,
}: {
  template: Template;
  component: string;
  /** Outputs become exports under `<StackName>-<OutputId>`. */
  exports: boolean;
  codeRoot: string;
}): Scope {
  const environment = ref('Environment');
  const tags = tagValues(environment, component);
  return {
    environment,
    setting: (name) => {
      template.usedSettings.add(name);
      return findInMap(SETTINGS_MAP, environment, name);
    },
    resource: (logicalId, type, { properties, ...options }) => {
      refuseTaken(template.Resources, logicalId);
      template.Resources[logicalId] = {
        Type: type,
        ...attributesOf(logicalId, options),
        Properties: withTags(type, properties, tags),
      };
      return { logicalId, ref: ref(logicalId), att: (attribute) => getAtt(logicalId, attribute) };
    },
    parameter: (name, definition) => {
      refuseTaken(template.Parameters, name, definition);
      template.Parameters[name] = definition;
      return ref(name);
    },
    condition: (name, comparison) => {
      refuseTaken(template.Conditions, name, comparison);
      template.Conditions[name] = comparison;
      return name as ConditionName;
    },
    outputs: (values) => {
      for (const [name, { value, description }] of entriesOf(values)) {
        refuseTaken(template.Outputs, name);
        template.Outputs[name] = {
          Description: description,
          Value: value,
          ...(exports ? { Export: { Name: sub`${ref('AWS::StackName')}-${name}` } } : {}),
        };
      }
      return Object.fromEntries(entriesOf(values).map(([name, { value }]) => [name, value])) as never;
    },
    codeUri: (folder) => `${codeRoot}${folder}`,
  };
}

function entriesOf<T>(record: Readonly<Record<string, T>>): Array<[string, T]> {
  return Object.entries(record);
}

function tagValues(environment: Intrinsic, component: string): Readonly<Record<string, Value<string>>> {
  return {
    [TAGS.project]: 'KiroWorker',
    [TAGS.environment]: environment,
    [TAGS.managedBy]: 'CloudFormation',
    [TAGS.component]: component,
  };
}

function withTags(type: ResourceType, properties: object, tags: Readonly<Record<string, Value<string>>>): object {
  const style = TAG_STYLES[type];
  if (style === undefined) return properties;
  const list = Object.entries(tags).map(([Key, value]) => ({ Key, Value: value }));
  return { ...properties, Tags: style === 'map' ? tags : list };
}

function attributesOf(logicalId: string, options: ResourceOptions): object {
  const { onDelete, condition, dependsOn, metadata, accept } = options;
  const all = { ...metadata, ...(accept === undefined ? {} : acceptedFindings(logicalId, accept)) };
  return {
    ...(condition === undefined ? {} : { Condition: condition }),
    ...(dependsOn === undefined ? {} : { DependsOn: dependsOn.map((resource) => resource.logicalId) }),
    ...(onDelete === undefined ? {} : { DeletionPolicy: onDelete, UpdateReplacePolicy: onDelete }),
    ...(Object.keys(all).length === 0 ? {} : { Metadata: all }),
  };
}

/** Two builders may ask for the same parameter or condition (in the one-stack template they meet), but not for another one. */
function refuseTaken(taken: Readonly<Record<string, unknown>>, name: string, definition?: unknown): void {
  if (!Object.hasOwn(taken, name)) return;
  if (definition !== undefined && JSON.stringify(taken[name]) === JSON.stringify(definition)) return;
  throw new WorkerError({
    code: 'STACK_MODEL_INVALID',
    what: `The name ${name} is taken twice in one template.`,
    remedy: 'Give one of the two another logical id in src/stacks.',
  });
}
