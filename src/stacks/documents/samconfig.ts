import { WorkerError } from '../../core/errors.ts';
import type { PlainTemplate } from '../cfn/template.ts';
import type { EnvironmentConfig, Environments } from '../environments/config.ts';
import { entriesOf, mapValues } from '../map-values.ts';
import type { StackId } from '../stack-names.ts';
import { stackName, templateFile } from '../stack-names.ts';

type TomlValue = string | boolean | readonly string[];
type Table = Readonly<Record<string, TomlValue>>;

export interface ComposedTemplates {
  readonly stacks: Readonly<Record<StackId, PlainTemplate>>;
  readonly sandboxTemplate: PlainTemplate;
}

/** Returns samconfig.toml: the sandbox as default, and one section per environment and stack (`--config-env test-core`).
 *  SAM CLI inherits nothing between sections, so each is complete. */
export function renderSamConfig({
  environments,
  sandbox,
  stacks,
  sandboxTemplate,
}: Environments & ComposedTemplates): string {
  const tables = sections('default', {
    name: sandbox.stackPrefix,
    config: sandbox,
    template: sandboxTemplate,
    paths: null,
  });
  for (const config of Object.values(environments)) {
    for (const [id, template] of entriesOf(stacks)) {
      const section = configEnv(config, id);
      const paths = { template: templateFile(id), buildDir: `.aws-sam/${section}` };
      tables.push(...sections(section, { name: stackName(config.stackPrefix, id), config, template, paths }));
    }
  }
  return `version = 0.1\n${tables.map(([name, table]) => `\n[${name}]\n${renderTable(table)}`).join('')}`;
}

/** Returns templates/samconfig.toml: SAM CLI looks for its settings next to the template, so `sam build -t templates/...`
 *  reads these instead of the root's. */
export function renderBuildConfig(): string {
  return `version = 0.1\n\n[default.build.parameters]\n${renderTable({ build_in_source: true })}`;
}

/** Returns the name by which SAM CLI finds the settings of one stack: `test-core`. */
export function configEnv(config: EnvironmentConfig, id: StackId): string {
  return `${config.environment}-${id.toLowerCase()}`;
}

/** Returns a value for every parameter that a template declares: the environment's, else the default. One that is left out
 *  would keep its previous value (SAM CLI sends UsePreviousValue), so an option could never be taken back. Throws
 *  STACK_MODEL_INVALID for a parameter that has neither. */
export function stackParameters(config: EnvironmentConfig, template: PlainTemplate): Record<string, string> {
  const values: Readonly<Record<string, string | undefined>> = {
    Environment: config.environment,
    StackPrefix: config.stackPrefix,
    VpcId: config.vpc?.vpcId,
    SubnetIds: config.vpc?.subnetIds.join(','),
    SecurityGroupIds: config.vpc?.securityGroupIds.join(','),
    BuildImageRepository: config.ownBuildImage?.repository,
    BuildImageTag: config.ownBuildImage?.tag,
    KiroCliPath: config.ownBuildImage?.kiroCliPath,
    KiroCliVersion: config.kiroCli?.version,
    KiroCliSha256: config.kiroCli?.sha256,
    AgentKeyEnabled: config.agentKey === undefined ? undefined : String(config.agentKey),
    AgentArchive: config.agentProgram?.archive,
    AgentArchiveSha256: config.agentProgram?.sha256,
    AlertEmail: config.alertEmail,
    Architecture: config.lambdaArchitecture,
    DashboardEnabled: config.dashboard === undefined ? undefined : String(config.dashboard),
  };
  return mapValues(template.Parameters, ({ Default }, name) => {
    const value = values[name] ?? Default;
    if (value !== undefined) return value;
    throw new WorkerError({
      code: 'STACK_MODEL_INVALID',
      what: `The parameter ${name} has neither a default nor a value in the environment ${config.environment}.`,
      remedy: 'Give it one in stackParameters (src/stacks/documents/samconfig.ts).',
    });
  });
}

/** SAM CLI takes `Name=""` for an empty value, and refuses `Name=`. */
function renderOverride([name, value]: [string, string]): string {
  return `${name}=${value === '' ? '""' : value}`;
}

interface SamStack {
  readonly name: string;
  readonly config: EnvironmentConfig;
  readonly template: PlainTemplate;
  /** Source template and folder of the built one; null for the defaults of SAM CLI. */
  readonly paths: { readonly template: string; readonly buildDir: string } | null;
}

function sections(name: string, { name: stack, config, template, paths }: SamStack): Array<[string, Table]> {
  const upload: Table = { resolve_s3: true, s3_prefix: stack };
  const built: Table = paths === null ? {} : { template_file: `${paths.buildDir}/template.yaml` };
  return [
    [`${name}.global.parameters`, { stack_name: stack, region: config.region }],
    [
      `${name}.build.parameters`,
      {
        ...(paths === null ? {} : { template_file: paths.template, build_dir: paths.buildDir }),
        // The bundler comes from the repository's node_modules, and the functions import files outside their folder.
        build_in_source: true,
      },
    ],
    [`${name}.package.parameters`, { ...built, ...upload }],
    [
      `${name}.deploy.parameters`,
      {
        ...built,
        ...upload,
        ...(createsRoles(template) ? { capabilities: 'CAPABILITY_IAM' } : {}),
        confirm_changeset: true,
        fail_on_empty_changeset: false,
        parameter_overrides: Object.entries(stackParameters(config, template)).map(renderOverride),
        tags: Object.entries(stackTags(config)).map(([key, value]) => `${key}=${value}`),
      },
    ],
  ];
}

function createsRoles({ Resources }: PlainTemplate): boolean {
  return Object.values(Resources).some(({ Type }) => Type === 'AWS::IAM::Role');
}

/** Returns the tags of the stack itself; the template gives its resources the same. */
export function stackTags(config: EnvironmentConfig): Record<string, string> {
  return { Project: 'KiroWorker', Environment: config.environment, ManagedBy: 'CloudFormation' };
}

function renderTable(table: Table): string {
  return Object.entries(table)
    .map(([key, value]) => `${key} = ${renderValue(value)}\n`)
    .join('');
}

/** A JSON string is a TOML basic string, and a JSON list of strings a TOML array. */
function renderValue(value: TomlValue): string {
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value);
}
