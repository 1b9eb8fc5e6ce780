import type { StackId } from '../compose.ts';
import { STACK_IDS, stackName } from '../compose.ts';
import type { EnvironmentConfig } from '../environments/environment-config.ts';

type TomlValue = string | boolean | readonly string[];
type Table = Readonly<Record<string, TomlValue>>;

const HAS_ROLES: ReadonlySet<StackId> = new Set(['Poller', 'CodeBuild']);

/** Returns samconfig.toml: the sandbox as default, and one section per environment and stack (`--config-env test-core`).
 *  SAM CLI inherits nothing between sections, so each says everything. */
export function renderSamConfig(
  environments: Readonly<Record<string, EnvironmentConfig>>,
  sandbox: EnvironmentConfig,
): string {
  const tables: Array<[string, Table]> = [...sections('default', sandboxStack(sandbox))];
  for (const config of Object.values(environments)) {
    for (const id of STACK_IDS) tables.push(...sections(configEnv(config, id), stackOf(config, id)));
  }
  return `version = 0.1\n${tables.map(([name, table]) => `\n[${name}]\n${renderTable(table)}`).join('')}`;
}

/** Returns templates/samconfig.toml: SAM CLI looks beside the template for its settings, so `sam build -t templates/...`
 *  finds these instead of the root's. */
export function renderBuildConfig(): string {
  return `version = 0.1\n\n[default.build.parameters]\n${renderTable({ build_in_source: true })}`;
}

/** Returns the name by which SAM CLI finds the settings of one stack: `test-core`. */
export function configEnv(config: EnvironmentConfig, id: StackId): string {
  return `${config.environment}-${id.toLowerCase()}`;
}

/** Returns the values of a stack's parameters, in the order of the template; what is empty keeps its default. */
export function stackParameters(config: EnvironmentConfig, id: StackId): Record<string, string> {
  const own: Readonly<Record<StackId, Readonly<Record<string, string | undefined>>>> = {
    Core: {},
    Secrets: {},
    Poller: {},
    CodeBuild: {
      VpcId: config.vpc?.vpcId,
      SubnetIds: config.vpc?.subnetIds.join(','),
      SecurityGroupIds: config.vpc?.securityGroupIds.join(','),
      BuildImageRepository: config.ownBuildImage?.repository,
      BuildImageTag: config.ownBuildImage?.tag,
      KiroCliPath: config.ownBuildImage?.kiroCliPath,
      KiroCliVersion: config.kiroCli?.version,
      KiroCliSha256: config.kiroCli?.sha256,
    },
    Monitoring: { AlertEmail: config.alertEmail },
  };
  const linked = id === 'Core' ? {} : { StackPrefix: config.stackPrefix };
  return withoutEmpty({ Environment: config.environment, ...linked, ...own[id] });
}

interface SamStack {
  readonly name: string;
  readonly config: EnvironmentConfig;
  /** Template of the repository and folder of the built one; null where SAM CLI's own defaults do. */
  readonly paths: { readonly template: string; readonly buildDir: string } | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly makesRoles: boolean;
}

function stackOf(config: EnvironmentConfig, id: StackId): SamStack {
  return {
    name: stackName(config.stackPrefix, id),
    config,
    paths: { template: `templates/${id.toLowerCase()}.yaml`, buildDir: `.aws-sam/${configEnv(config, id)}` },
    parameters: stackParameters(config, id),
    makesRoles: HAS_ROLES.has(id),
  };
}

function sandboxStack(sandbox: EnvironmentConfig): SamStack {
  const all = STACK_IDS.flatMap((id) => Object.entries(stackParameters(sandbox, id)));
  const { StackPrefix: _, ...parameters } = Object.fromEntries(all);
  return { name: sandbox.stackPrefix, config: sandbox, paths: null, parameters, makesRoles: true };
}

function sections(
  name: string,
  { name: stack, config, paths, parameters, makesRoles }: SamStack,
): Array<[string, Table]> {
  const upload: Table = { resolve_s3: true, s3_prefix: stack };
  const built: Table = paths === null ? {} : { template_file: `${paths.buildDir}/template.yaml` };
  return [
    [`${name}.global.parameters`, { stack_name: stack, region: config.region }],
    [
      `${name}.build.parameters`,
      {
        ...(paths === null ? {} : { template_file: paths.template, build_dir: paths.buildDir }),
        // The bundler is this repository's own (node_modules), and the functions import from beside their folder.
        build_in_source: true,
      },
    ],
    [`${name}.package.parameters`, { ...built, ...upload }],
    [
      `${name}.deploy.parameters`,
      {
        ...built,
        ...upload,
        ...(makesRoles ? { capabilities: 'CAPABILITY_IAM' } : {}),
        confirm_changeset: true,
        fail_on_empty_changeset: false,
        parameter_overrides: Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
        tags: Object.entries(stackTags(config)).map(([key, value]) => `${key}=${value}`),
      },
    ],
  ];
}

/** Returns the tags of the stack itself; its resources bear them too, from the template. */
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

function withoutEmpty(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}
