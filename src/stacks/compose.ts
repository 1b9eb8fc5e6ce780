import { ENVIRONMENT_NAMES } from '../core/names.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import { importValue, sub } from './cfn/intrinsics.ts';
import { toPlainTemplate } from './cfn/plain.ts';
import type { OutputValues, Scope } from './cfn/scope.ts';
import { createScope } from './cfn/scope.ts';
import type { PlainTemplate, Template } from './cfn/template.ts';
import { addCodeBuild } from './codebuild.ts';
import { addCore } from './core.ts';
import type { EnvironmentConfig } from './environments/environment-config.ts';
import { settingsOf } from './environments/settings.ts';
import { addMonitoring } from './monitoring.ts';
import { addPoller } from './poller.ts';
import { addSecrets } from './secrets.ts';

/** The stacks in the order in which they are deployed; deleted in the reverse order. */
export const STACK_IDS = ['Core', 'Secrets', 'Poller', 'CodeBuild', 'Monitoring'] as const;
export type StackId = (typeof STACK_IDS)[number];

const DESCRIPTIONS: Readonly<Record<StackId, string>> = {
  Core: 'Kiro worker: key, artifacts bucket, locks table, log groups',
  Secrets: 'Kiro worker: secrets (empty until filled in) and project configuration',
  Poller: 'Kiro worker: poller on its schedule, finalizer on the end of builds',
  CodeBuild: 'Kiro worker: build project and reports',
  Monitoring: 'Kiro worker: alarms, their topic, dashboard',
};

/** The one list of what is built; `inStack` runs a builder in its stack and hands its outputs on, as each link does it. */
function addAll(
  inStack: <O extends OutputValues<string>>(id: StackId, add: (scope: Scope, use: Use) => O) => ExportedOutputs<O>,
): void {
  const core = inStack('Core', (scope) => addCore(scope));
  const secrets = inStack('Secrets', (scope, use) => addSecrets(scope, { core: use(core) }));
  const poller = inStack('Poller', (scope, use) => addPoller(scope, { core: use(core), secrets: use(secrets) }));
  const codeBuild = inStack('CodeBuild', (scope, use) =>
    addCodeBuild(scope, { core: use(core), secrets: use(secrets) }),
  );
  inStack('Monitoring', (scope, use) =>
    addMonitoring(scope, { core: use(core), poller: use(poller), codeBuild: use(codeBuild) }),
  );
}

/** Outputs of a stack on their way to a later one. */
interface ExportedOutputs<O extends OutputValues<string>> {
  readonly from: StackId;
  readonly values: O;
}
type Use = <O extends OutputValues<string>>(handed: ExportedOutputs<O>) => O;

/** Returns the five templates, linked by exports: `<StackName>-<OutputId>`, found by the parameter StackPrefix. */
export function composeStacks(
  environments: Readonly<Record<string, EnvironmentConfig>>,
): Readonly<Record<StackId, PlainTemplate>> {
  const settings = mapValues(environments, settingsOf);
  const templates: Partial<Record<StackId, PlainTemplate>> = {};
  addAll((id, add) => {
    const template = emptyTemplate(DESCRIPTIONS[id], id === 'Poller');
    const scope = createScope({ template, component: id, exports: true, codeRoot: '../' });
    scope.parameter('Environment', {
      Type: 'String',
      Description: 'Environment that this stack belongs to',
      AllowedValues: [...ENVIRONMENT_NAMES],
    });
    const values = add(scope, (handed) => importAll(scope, handed));
    templates[id] = toPlainTemplate(`templates/${id.toLowerCase()}.yaml`, template, settings);
    return { from: id, values };
  });
  return templates as Record<StackId, PlainTemplate>;
}

/** Returns the whole system as one template for one environment of its own. */
export function composeSandbox(sandbox: EnvironmentConfig): PlainTemplate {
  const template = emptyTemplate('Kiro worker: the whole system as one stack, for a trial of your own', true);
  const root = createScope({ template, component: 'Sandbox', exports: false, codeRoot: '' });
  root.parameter('Environment', {
    Type: 'String',
    Description: 'Environment of this stack; its names collide with those of no other environment',
    Default: sandbox.environment,
    AllowedValues: [sandbox.environment],
  });
  addAll((id, add) => {
    const scope = createScope({ template, component: id, exports: false, codeRoot: '' });
    return { from: id, values: add(scope, (handed) => handed.values) };
  });
  return toPlainTemplate('template.yaml', template, { [sandbox.environment]: settingsOf(sandbox) });
}

/** Returns the name of a stack: `KiroWorker` + `Core` and so on. */
export function stackName(stackPrefix: string, id: StackId): string {
  return `${stackPrefix}${id}`;
}

function importAll<O extends OutputValues<string>>(scope: Scope, { from, values }: ExportedOutputs<O>): O {
  const lazy = (name: string): Intrinsic => {
    const prefix = scope.parameter('StackPrefix', {
      Type: 'String',
      Description: 'What the names of all stacks of this environment begin with, such as KiroWorker',
      AllowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,99}$',
    });
    return importValue(sub`${prefix}${from}-${name}`);
  };
  return mapValues(values, (_, name) => lazy(name)) as unknown as O;
}

function emptyTemplate(description: string, usesServerless: boolean): Template {
  return {
    description,
    usesServerless,
    Parameters: {},
    Conditions: {},
    Resources: {},
    Outputs: {},
    usedSettings: new Set(),
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
