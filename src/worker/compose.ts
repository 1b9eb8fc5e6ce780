import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readPower } from '../adapters/agents/power.ts';
import { createDynamoClient, createDynamoLockStore } from '../adapters/aws/dynamo-lock-store.ts';
import { requestLimits, transferLimits } from '../adapters/aws/request-limits.ts';
import { createS3Artifacts } from '../adapters/aws/s3-artifacts.ts';
import { createSecretsManagerSecrets } from '../adapters/aws/secrets-manager.ts';
import { createReadProjectConfig } from '../adapters/aws/ssm-parameters.ts';
import { createInstallation } from '../adapters/files/installation.ts';
import { createWorkspaceFiles } from '../adapters/files/workspace-files.ts';
import { createGitRepository } from '../adapters/git/repository.ts';
import { githubAddresses } from '../adapters/github/addresses.ts';
import { createConnectGitHub } from '../adapters/github/connect.ts';
import { readOwnAddress } from '../adapters/github/own-address.ts';
import { createDirectoryArtifacts } from '../adapters/local/directory-artifacts.ts';
import { createEnvironmentSecrets } from '../adapters/local/environment-secrets.ts';
import { createReadProjectConfigFile } from '../adapters/local/project-config-file.ts';
import { createSqliteLockStore } from '../adapters/local/sqlite-lock-store.ts';
import { createSourceParser } from '../adapters/parsers/source-parser.ts';
import { proxySecrets } from '../adapters/process/machine-variables.ts';
import { createSandbox, type LocalSandbox } from '../adapters/process/sandbox.ts';
import { createToolchains } from '../adapters/process/tools/toolchains.ts';
import { untrustedEnvironment } from '../adapters/process/untrusted-environment.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { NOBODYS_ADDRESS } from '../core/names.ts';
import type { ArtifactStore } from '../core/ports/artifacts.ts';
import type { Installation } from '../core/ports/installation.ts';
import type { LockStore } from '../core/ports/lock-store.ts';
import type { ReadProjectConfig, Secrets } from '../core/ports/settings.ts';
import type { Telemetry } from '../core/ports/telemetry.ts';
import { artifactPrefix } from '../core/report/artifact-path.ts';
import { createKnownSecrets } from '../core/secrets/known-secrets.ts';
import { loadConfig } from '../flows/poll/poll.ts';
import { agentPrograms, createAgent } from './compose-agent.ts';
import type { UnbegunContext } from './end-unbegun.ts';
import type { WorkerPorts } from './run-context.ts';
import type { WorkerSettings } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What resources are found by. */
type PlacedSettings = Pick<WorkerSettings, 'places' | 'environment' | 'buildId'>;

/** The worker's secrets, and how it writes text without them. */
export interface Output {
  readonly secrets: Secrets;
  readonly telemetry: Telemetry;
  readonly redact: WorkerPorts['redact'];
  /** Values known now that must get into no commit. */
  readonly known: () => readonly string[];
}

/** Reads the secrets, so that nothing that is printed contains one; a value that is read later, after a rotation, is known too. */
export async function composeOutput(settings: PlacedSettings, env: Env): Promise<Output> {
  const { redact, values, watch } = createKnownSecrets(proxySecrets(env));
  const secrets = watch(createSecrets(settings, env));
  await readAll(secrets);
  const telemetry = createTelemetry({ service: 'worker', environment: settings.environment, redact });
  return { secrets, telemetry, redact, known: values };
}

/** Returns the little that the end of a run needs whose other parts could not be made. */
export function unbegunContext(settings: WorkerSettings, { telemetry, redact }: Output): UnbegunContext {
  return { settings, locks: createLocks(settings), clock: systemClock, telemetry, redact };
}

interface WorkerParts {
  readonly settings: WorkerSettings;
  /** Read for further KIRO_* variables of the agent only. */
  readonly env: Env;
  readonly output: Output;
}

/** Builds all that one run needs. `close` ends every untrusted process and removes what the sandbox left. Throws
 *  SETUP_INCOMPLETE and CONFIG_INVALID (project configuration, untrusted user), AGENT_SETUP_INVALID and GIT_FAILED. */
export async function composeWorker(parts: WorkerParts): Promise<{ ports: WorkerPorts; close: () => Promise<void> }> {
  const { settings, output } = parts;
  const folders = runFolders(settings);
  const config = await loadConfig(createReadConfig(settings));
  const sandbox = await createRunSandbox(settings, { folders, config });
  output.telemetry.info(sandbox.note, { isolation: sandbox.isolation });
  const installation = createInstallation({
    privateDirectory: folders.own,
    workspace: folders.workspace,
    home: sandbox.home,
    grant: sandbox.grant,
  });
  const close = async () => {
    await sandbox.close();
    await installation.close();
  };
  try {
    return { ports: await createPorts({ ...parts, folders, config, sandbox, installation }), close };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

interface RunFolders {
  readonly run: string;
  /** Closed to untrusted programs. */
  readonly own: string;
  readonly workspace: string;
}

/** The folders of one run. */
export function runFolders({ places }: Pick<WorkerSettings, 'places'>): RunFolders {
  const run = path.resolve(places.runDirectory);
  return { run, own: path.join(run, 'private'), workspace: path.join(run, 'workspace') };
}

/** What the project configuration says of that place. */
export type SandboxConfig = Pick<WorkerPorts['config'], 'network' | 'agent'>;

/** Makes the place where untrusted programs of a run are started. */
export function createRunSandbox(
  { places, agent }: Pick<WorkerSettings, 'places' | 'agent'>,
  { folders, config }: { folders: RunFolders; config: SandboxConfig },
): Promise<LocalSandbox> {
  return createSandbox({
    runDirectory: folders.run,
    hide: [folders.own],
    mustReach: agentPrograms({ config: config.agent, settings: agent }),
    ...(config.network && { network: config.network }),
    ...(places.untrustedUser === null ? {} : { user: places.untrustedUser }),
  });
}

async function createPorts(
  parts: WorkerParts & {
    folders: RunFolders;
    config: WorkerPorts['config'];
    sandbox: LocalSandbox;
    installation: Installation;
  },
): Promise<WorkerPorts> {
  const { settings, env, output, folders, sandbox, installation } = parts;
  const { secrets, telemetry, redact, known } = output;
  const addresses = githubAddresses(settings.places.githubAddresses);
  const connection = { addresses, token: secrets.githubToken, log: telemetry };
  const commitEmail = parts.config.commitEmail ?? (await readOwnAddress(connection)) ?? NOBODYS_ADDRESS;
  const config = { ...parts.config, commitEmail };
  const repositoryUrl = `${addresses.serverUrl}/${config.repository}`;
  const credentials = secrets.gitCredentials;
  const commandEnvironment = untrustedEnvironment({ home: sandbox.home });
  return {
    config,
    locks: createLocks(settings),
    github: createConnectGitHub(connection)(config),
    repository: await createGitRepository({
      privateDirectory: folders.own,
      gitDirectory: path.join(folders.own, 'git'),
      workspace: folders.workspace,
      credentials,
      identity: { name: config.commitName, email: commitEmail },
      remoteUrl: `${repositoryUrl}.git`,
      secrets: known,
      submodules: config.submodules,
    }),
    sandbox,
    installation,
    agent: createAgent({ config: config.agent, settings: settings.agent, env, secrets, sandbox }),
    artifacts: createArtifacts(settings),
    buildReports: createBuildReports(settings),
    workspaceFiles: createWorkspaceFiles(folders.workspace),
    commandEnvironment,
    toolchains: createToolchains({ sandbox, commandEnvironment, links: path.join(folders.run, 'tools') }),
    createSourceParser,
    readPower: (power) => readPower(power, { serverUrl: addresses.serverUrl, credentials }),
    clock: systemClock,
    telemetry,
    redact,
    // In a release, the file that all of the worker is bundled in.
    release: createHash('sha256')
      .update(readFileSync(import.meta.filename))
      .digest('hex'),
    repositoryUrl,
  };
}

function createSecrets({ places }: PlacedSettings, env: Env): Secrets {
  if (places.secretArns === null) return createEnvironmentSecrets(env);
  return createSecretsManagerSecrets({
    client: new SecretsManagerClient(requestLimits()),
    arns: places.secretArns,
    now: systemClock.now,
  });
}

/** Makes the secrets known before anything is printed; the run reports one that is missing. */
async function readAll({ githubToken, gitCredentials, kiroApiKey, agentKey }: Secrets): Promise<void> {
  await Promise.allSettled([githubToken(), gitCredentials(), kiroApiKey(), agentKey()]);
}

/** Returns how the project configuration is read. */
export function createReadConfig({ places: { projectConfig } }: PlacedSettings): ReadProjectConfig {
  if ('deployed' in projectConfig)
    return createReadProjectConfig(new SSMClient(requestLimits()), projectConfig.deployed);
  return createReadProjectConfigFile(projectConfig.local);
}

/** Returns the store of the locks. */
export function createLocks({ places: { locks } }: PlacedSettings): LockStore {
  if ('local' in locks) return createSqliteLockStore({ file: locks.local });
  return createDynamoLockStore({ client: createDynamoClient(), tableName: locks.deployed });
}

/** Returns where the files of a run are stored. */
export function createArtifacts({ places: { artifacts }, environment, buildId }: PlacedSettings): ArtifactStore {
  const prefix = artifactPrefix(environment, buildId);
  if ('local' in artifacts) return createDirectoryArtifacts({ directory: artifacts.local, prefix });
  return createS3Artifacts({ client: new S3Client(transferLimits()), bucketName: artifacts.deployed, prefix });
}

/** Where buildspec.yml says that reports are. */
export function createBuildReports({ places: { sourceDirectory } }: PlacedSettings): ArtifactStore | null {
  return sourceDirectory === null ? null : createDirectoryArtifacts({ directory: sourceDirectory, prefix: 'reports' });
}
