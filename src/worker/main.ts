import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createKiroAgent, kiroSettings, locateCli } from '../adapters/agent-kiro.ts';
import { createDirectoryArtifacts } from '../adapters/directory-artifacts.ts';
import { createDynamoClient, createDynamoLockStore } from '../adapters/dynamo-lock-store.ts';
import { createEnvironmentSecrets } from '../adapters/environment-secrets.ts';
import { createGitRepository } from '../adapters/git/repository.ts';
import { createConnectGitHub, githubAddresses } from '../adapters/github.ts';
import { readPower } from '../adapters/power.ts';
import { createS3Artifacts } from '../adapters/s3-artifacts.ts';
import { createSandbox } from '../adapters/sandbox.ts';
import { createSecretsManagerSecrets } from '../adapters/secrets-manager.ts';
import { createReadProjectConfig } from '../adapters/ssm-parameters.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { untrustedEnvironment } from '../adapters/untrusted-environment.ts';
import { createWorkspaceFiles } from '../adapters/workspace-files.ts';
import { artifactPrefix } from '../core/artifact-path.ts';
import { errorMessage, isWorkerError, WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';
import type { ArtifactStore, LockStore, ReadProjectConfig, Secrets } from '../core/ports.ts';
import { createRedactor } from '../core/redact.ts';
import { loadConfig } from '../flows/poll.ts';
import { createSqliteLockStore } from '../local/sqlite-lock-store.ts';
import { exitCodeOf, runWorker } from './run.ts';
import type { WorkerSettings } from './settings.ts';
import { parseWorkerSettings } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The worker's door: environment to adapters, one run, ending to exit code. */
async function main(env: Env): Promise<number> {
  const settings = parseWorkerSettings(env);
  const secrets = createSecrets(env);
  const known = await knownSecrets(secrets);
  const redact = createRedactor(known);
  const telemetry = createTelemetry({ service: 'worker', environment: settings.environment, redact });
  const stop = new AbortController();
  // Not `once`: with no listener left, the library that runs git takes the signal for one to die of.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  try {
    const config = await loadConfig(createReadConfig(env));
    const addresses = githubAddresses(env);
    const user = env[ENV.workIdentity];
    const directory = path.resolve(env[ENV.workspaceDirectory] ?? path.join(process.cwd(), 'run'));
    const privateDirectory = path.join(directory, 'private');
    const workspace = path.join(directory, 'workspace');
    const sandbox = await createSandbox({
      runDirectory: directory,
      hide: [privateDirectory],
      mustReach: agentProgram(env),
      ...(user ? { user } : {}),
    });
    telemetry.log('info', sandbox.note, { isolation: sandbox.isolation });
    try {
      const ending = await runWorker(
        settings,
        {
          config,
          locks: createLocks(env),
          github: createConnectGitHub({ addresses, token: secrets.githubToken, log: telemetry.log })(config),
          repository: await createGitRepository({
            privateDirectory,
            gitDirectory: path.join(privateDirectory, 'git'),
            workspace,
            credentials: secrets.gitCredentials,
            identity: { name: config.commitName, email: config.commitEmail },
            remoteUrl: `${addresses.serverUrl}/${config.repository}.git`,
            secrets: known,
          }),
          sandbox,
          agent: createAgent(env, { secrets, sandbox }),
          artifacts: createArtifacts(env, settings),
          buildReports: createBuildReports(env),
          workspaceFiles: createWorkspaceFiles(workspace),
          commandEnvironment: untrustedEnvironment({ home: sandbox.home }),
          readPower: (power) =>
            readPower(power, { serverUrl: addresses.serverUrl, credentials: secrets.gitCredentials }),
          clock: systemClock,
          telemetry,
          redact,
          repositoryUrl: `${addresses.serverUrl}/${config.repository}`,
        },
        stop.signal,
      );
      return exitCodeOf(ending);
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    telemetry.log('error', 'the run ended without telling its result', { error: redact(errorMessage(error)) });
    telemetry.flush();
    return 1;
  }
}

function createSecrets(env: Env): Secrets {
  const githubToken = env[ENV.githubTokenSecretArn];
  if (!githubToken) return createEnvironmentSecrets(env);
  return createSecretsManagerSecrets({
    client: new SecretsManagerClient({}),
    arns: { githubToken, gitCredentials: env[ENV.gitCredentialsSecretArn], kiroApiKey: env[ENV.kiroApiKeySecretArn] },
    now: systemClock.now,
  });
}

/** What must never be told; a secret that is not there yet is the run's own matter. */
async function knownSecrets(secrets: Secrets): Promise<string[]> {
  const all = await Promise.allSettled([
    secrets.githubToken(),
    secrets.kiroApiKey(),
    secrets.gitCredentials().then(({ username, password }) => [password, `${username}:${password}`]),
  ]);
  return all.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function createReadConfig(env: Env): ReadProjectConfig {
  const file = env[ENV.projectConfigFile];
  if (file) return async () => ({ text: await readFile(file, 'utf8'), source: file });
  return createReadProjectConfig(new SSMClient({}), required(env, ENV.projectConfigParameterName));
}

function createLocks(env: Env): LockStore {
  const file = env[ENV.locksFile];
  if (file) return createSqliteLockStore({ file });
  return createDynamoLockStore({ client: createDynamoClient(), tableName: required(env, ENV.locksTableName) });
}

function createArtifacts(env: Env, { environment, buildId }: WorkerSettings): ArtifactStore {
  const prefix = artifactPrefix(environment, buildId);
  const directory = env[ENV.artifactsDirectory];
  if (directory) return createDirectoryArtifacts({ directory, prefix });
  return createS3Artifacts({ client: new S3Client({}), bucketName: required(env, ENV.artifactsBucketName), prefix });
}

/** Where buildspec.yml says that reports lie. */
function createBuildReports(env: Env): ArtifactStore | null {
  const directory = env[ENV.sourceDirectory];
  return directory ? createDirectoryArtifacts({ directory, prefix: 'reports' }) : null;
}

function createAgent(
  env: Env,
  { secrets, sandbox }: { secrets: Secrets; sandbox: Awaited<ReturnType<typeof createSandbox>> },
) {
  const model = env[ENV.kiroModel];
  const problem = env[ENV.kiroCliProblem];
  const agentName = env[ENV.kiroAgent];
  const agent = createKiroAgent({
    sandbox,
    apiKey: secrets.kiroApiKey,
    cliPath: env[ENV.kiroCliPath] ?? 'kiro-cli',
    engine: env[ENV.kiroEngine] === 'v2' ? 'v2' : 'v3',
    ...(model ? { model } : {}),
    ...(agentName ? { agentName } : {}),
    settings: kiroSettings(env),
    extraArguments: (env[ENV.kiroExtraArguments] ?? '').split(/\s+/).filter((word) => word !== ''),
  });
  return problem ? { ...agent, prepare: async () => Promise.reject(agentMissing(problem)) } : agent;
}

/** The agent's program, so that its user can reach it; none when it is missing, which the run itself tells. */
function agentProgram(env: Env): string[] {
  try {
    return locateCli(env[ENV.kiroCliPath] ?? 'kiro-cli').slice(-1);
  } catch (error) {
    if (isWorkerError(error, 'TOOL_MISSING')) return [];
    throw error;
  }
}

function agentMissing(why: string): WorkerError {
  return new WorkerError({
    code: 'TOOL_MISSING',
    what: 'The Kiro CLI could not be made available to this build.',
    why,
    remedy:
      'Mirror a pinned version to tools/ in the artifacts bucket, or use an image that has it; see docs/deployment.md.',
  });
}

function required(env: Env, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `The environment variable ${name} is not set.`,
    remedy: 'The stacks set it (and the local build runner its counterpart); deploy them again.',
  });
}

try {
  process.exitCode = await main(process.env);
} catch (error) {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
}
