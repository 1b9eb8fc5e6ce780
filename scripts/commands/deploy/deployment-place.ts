import { createHash } from 'node:crypto';
import { findCallerAccount } from '../../../src/adapters/aws/caller-account.ts';
import { operatorClients } from '../../../src/adapters/aws/cli-clients.ts';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import { createS3CodeStore } from '../../../src/adapters/aws/s3-code-store.ts';
import { type CodePackage, hasCode, packageTemplate } from '../../../src/core/deploy/package-template.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import type { CodeStore } from '../../../src/core/ports/code-store.ts';
import type { Stack, StackService } from '../../../src/core/ports/stacks.ts';
import type { PackagedStack, StackToDeploy } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { toYaml } from '../../../src/stacks/cfn/plain.ts';
import { stacksToDeploy } from '../../../src/stacks/documents/stacks-to-deploy.ts';
import type { EnvironmentConfig } from '../../../src/stacks/environments/config.ts';
import { ENVIRONMENTS } from '../../../src/stacks/environments.ts';
import { ownStacks } from '../../../src/stacks/own-stacks.ts';

export interface DeploymentPlace {
  readonly config: EnvironmentConfig;
  readonly account: string;
  /** Of all stacks of the environment, in the order of deployment. */
  readonly stackNames: readonly string[];
  readonly clients: ReturnType<typeof operatorClients>;
  readonly stacks: StackService;
  readonly codeIn: (bucketName: string) => CodeStore;
  /** The stack on which CloudFormation is at work, as far as its events have been seen. */
  readonly atWork: { stackName: string | null };
  close(): void;
}

/** Opens an environment's account and region. Throws DEPLOYMENT_REFUSED when the credentials are another account's. */
export async function openDeploymentPlace(config: EnvironmentConfig): Promise<DeploymentPlace> {
  const clients = operatorClients({ region: config.region });
  try {
    const account = await findCallerAccount(await clients.sts());
    refuseOtherAccount(config, account);
    const [cloudFormation, s3] = await Promise.all([clients.cloudFormation(), clients.s3()]);
    return {
      config,
      account,
      stackNames: ownStacks(config),
      clients,
      stacks: createStackService(cloudFormation),
      codeIn: (bucketName) => createS3CodeStore({ client: s3, bucketName, account, region: config.region }),
      atWork: { stackName: null },
      close: () => clients.close(),
    };
  } catch (error) {
    clients.close();
    throw error;
  }
}

function refuseOtherAccount({ environment, account: wanted }: EnvironmentConfig, account: string): void {
  if (wanted === undefined || wanted === account) return;
  throw new WorkerError({
    code: 'DEPLOYMENT_REFUSED',
    what: `The credentials are of the account ${account}, but ${environment} belongs to ${wanted} (src/stacks/environments.ts).`,
    remedy: 'Sign in to that account, or choose another environment (--env).',
  });
}

/** Returns the stacks that are named (KiroWorkerCore, or Core; the prefix of the environment is put in), all of them without names.
 *  Throws ARGUMENT_INVALID with every name that is none. */
export function chooseStacks(config: EnvironmentConfig, names: readonly string[]) {
  const all = stacksToDeploy(ENVIRONMENTS, config);
  const idOf = (name: string) => all.find(({ id, stackName }) => [stackName, id, `KiroWorker${id}`].includes(name))?.id;
  const unknown = names.filter((name) => idOf(name) === undefined);
  if (unknown.length > 0)
    throw new WorkerError({
      code: 'ARGUMENT_INVALID',
      what: `There is no stack ${unknown.map((name) => JSON.stringify(name)).join(', ')} in ${config.environment}.`,
      remedy: `Name some of ${all.map(({ stackName }) => stackName).join(', ')}, or none for all.`,
    });
  const chosen = new Set(names.map(idOf));
  const stacks = all.filter(({ id }) => names.length === 0 || chosen.has(id));
  return { stacks, others: all.filter((stack) => !stacks.includes(stack)).map(({ stackName }) => stackName) };
}

/** Returns the artifacts bucket by the output of the Core stack; null while that stack has none. */
export function bucketOf(present: readonly Stack[]): string | null {
  const outputs = present.flatMap((stack) => stack.outputs);
  return outputs.find(({ key }) => key === 'ArtifactsBucketName')?.value ?? null;
}

/** Returns a stack as CloudFormation takes it: code by its place in the bucket, template as text. */
export function packageStack(
  stack: StackToDeploy,
  { bucketName, code }: { bucketName: string | null; code: ReadonlyMap<string, CodePackage> },
): PackagedStack {
  const packaged = hasCode(stack.template)
    ? withCode(stack, { bucketName, code })
    : { template: stack.template, artifacts: [] };
  const text = toYaml(packaged.template, '');
  const inputs = JSON.stringify([text, stack.parameters, stack.tags]);
  return {
    ...stack,
    text,
    artifacts: packaged.artifacts,
    inputHash: createHash('sha256').update(inputs).digest('hex'),
  };
}

function withCode(
  { stackName, template }: StackToDeploy,
  { bucketName, code }: { bucketName: string | null; code: ReadonlyMap<string, CodePackage> },
) {
  if (bucketName === null)
    throw new WorkerError({
      code: 'DEPLOYMENT_REFUSED',
      what: `${stackName} contains functions, and there is no artifacts bucket for their code yet.`,
      remedy: 'Deploy Core first, or all stacks in order: name none.',
    });
  const codeOf = (folder: string) => {
    const found = code.get(folder);
    if (found === undefined) throw new Error(`No code was built for ${folder}.`);
    return found;
  };
  return packageTemplate(template, { bucketName, codeOf });
}
