import { importValue, sub } from './cfn/intrinsics.ts';
import { toPlainTemplate } from './cfn/plain.ts';
import type { OutputValues, Scope } from './cfn/scope.ts';
import { createScope } from './cfn/scope.ts';
import type { PlainTemplate, Template } from './cfn/template.ts';
import { createTemplate } from './cfn/template.ts';
import { addCodeBuild } from './codebuild.ts';
import { addCore } from './core.ts';
import type { EnvironmentConfig } from './environments/config.ts';
import { settingsOf } from './environments/settings.ts';
import { mapValues } from './map-values.ts';
import { addMonitoring } from './monitoring.ts';
import { addPoller } from './poller.ts';
import { addSecrets } from './secrets.ts';
import type { StackId } from './stack-names.ts';
import { templateFile } from './stack-names.ts';

const DESCRIPTIONS: Readonly<Record<StackId, string>> = {
  Core: 'Kiro worker: encryption key, artifacts bucket, locks table, log groups',
  Secrets: 'Kiro worker: secrets (created empty) and project configuration',
  Poller: 'Kiro worker: scheduled poller, and finalizer for builds that have ended',
  CodeBuild: 'Kiro worker: build project and report groups',
  Monitoring: 'Kiro worker: alarms, alert topic, dashboard',
};

/** Builds every stack, each from the outputs of earlier ones; `inStack` is how one stack gets its scope and passes its
 *  outputs on. */
function buildAll(inStack: InStack): Readonly<Record<StackId, { readonly template: Template }>> {
  const Core = inStack('Core', (scope) => addCore(scope));
  const Secrets = inStack('Secrets', (scope, use) => addSecrets(scope, { core: use(Core) }));
  const Poller = inStack('Poller', (scope, use) => addPoller(scope, { core: use(Core), secrets: use(Secrets) }));
  const CodeBuild = inStack('CodeBuild', (scope, use) =>
    addCodeBuild(scope, { core: use(Core), secrets: use(Secrets) }),
  );
  const Monitoring = inStack('Monitoring', (scope, use) =>
    addMonitoring(scope, { core: use(Core), poller: use(Poller), codeBuild: use(CodeBuild) }),
  );
  return { Core, Secrets, Poller, CodeBuild, Monitoring };
}

type InStack = <Name extends string>(
  id: StackId,
  add: (scope: Scope, use: UseOutputs) => OutputValues<Name>,
) => BuiltStack<Name>;

interface BuiltStack<Name extends string> {
  readonly id: StackId;
  readonly template: Template;
  readonly outputs: OutputValues<Name>;
}

/** Returns the outputs of an earlier stack as the current one refers to them. */
type UseOutputs = <Name extends string>(stack: BuiltStack<Name>) => OutputValues<Name>;

/** Returns one template per stack, linked by exports: `<StackName>-<OutputId>`, found by the parameter StackPrefix. */
export function composeStacks(
  environments: Readonly<Record<string, EnvironmentConfig>>,
): Readonly<Record<StackId, PlainTemplate>> {
  const settings = mapValues(environments, settingsOf);
  const built = buildAll((id, add) => {
    const template = createTemplate(DESCRIPTIONS[id]);
    const scope = createScope({ template, component: id, exports: true, codeRoot: '../' });
    scope.parameter('Environment', {
      Type: 'String',
      Description: 'Environment that this stack belongs to',
      AllowedValues: Object.keys(environments),
    });
    return { id, template, outputs: add(scope, (earlier) => importAll(scope, earlier)) };
  });
  return mapValues(built, ({ template }, id) => toPlainTemplate(template, { name: templateFile(id), settings }));
}

function importAll<Name extends string>(scope: Scope, { id, outputs }: BuiltStack<Name>): OutputValues<Name> {
  return mapValues(outputs, (_, name) => {
    const prefix = scope.parameter('StackPrefix', {
      Type: 'String',
      Description: 'Prefix of the names of all stacks of this environment, such as KiroWorker',
      AllowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,99}$',
    });
    return importValue(sub`${prefix}${id}-${name}`);
  });
}

/** Returns the whole system as one template, for one environment of its own. */
export function composeSandbox(sandbox: EnvironmentConfig): PlainTemplate {
  const { template, scopeOf, finish } = openSandbox(sandbox);
  buildAll((id, add) => ({ id, template, outputs: add(scopeOf(id), ({ outputs }) => outputs) }));
  return finish();
}

/** Returns the part of that template that makes the bucket for the functions' code, which has to stand before the rest can. */
export function composeSandboxBase(sandbox: EnvironmentConfig): PlainTemplate {
  const { scopeOf, finish } = openSandbox(sandbox);
  addCore(scopeOf('Core'));
  return finish();
}

function openSandbox(sandbox: EnvironmentConfig) {
  const template = createTemplate('Kiro worker: the whole system as one stack, for a personal trial');
  const scopeOf = (component: StackId | 'Sandbox') =>
    createScope({ template, component, exports: false, codeRoot: '' });
  scopeOf('Sandbox').parameter('Environment', {
    Type: 'String',
    Description: 'Environment of this stack; its names collide with no other environment',
    Default: sandbox.environment,
    AllowedValues: [sandbox.environment],
  });
  const settings = { [sandbox.environment]: settingsOf(sandbox) };
  return { template, scopeOf, finish: () => toPlainTemplate(template, { name: 'template.yaml', settings }) };
}
