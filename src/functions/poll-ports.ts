import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createCodeBuildClient, createCodeBuildService } from '../adapters/aws/codebuild.ts';
import { createDynamoClient, createDynamoLockStore } from '../adapters/aws/dynamo-lock-store.ts';
import { createSecretsManagerSecrets } from '../adapters/aws/secrets-manager.ts';
import { createReadProjectConfig, createReadRelease } from '../adapters/aws/ssm-parameters.ts';
import { createConnectGitHub, githubAddresses } from '../adapters/github/connect.ts';
import { useMachineProxy } from '../adapters/process/machine-proxy.ts';
import { proxySecrets } from '../adapters/process/machine-variables.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createTelemetry } from '../adapters/telemetry.ts';
import { createKnownSecrets } from '../core/secrets/known-secrets.ts';
import type { Redact } from '../core/secrets/redact.ts';
import type { PollPorts, PollSettings } from '../flows/poll/poll-types.ts';
import { parseFunctionSettings } from './settings.ts';

/** Builds what poller and finalizer need, once per execution environment. `redact` knows every secret that was read. */
export function createPollPorts(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): { ports: PollPorts; settings: PollSettings; redact: Redact } {
  const settings = parseFunctionSettings(env);
  useMachineProxy(env);
  const { redact, watch } = createKnownSecrets(proxySecrets(env));
  const telemetry = createTelemetry({ service, environment: settings.environment, redact });
  const secrets = watch(
    createSecretsManagerSecrets({
      client: new SecretsManagerClient({}),
      arns: { githubToken: settings.githubTokenSecretArn },
      now: systemClock.now,
    }),
  );
  const ssm = new SSMClient({});
  return {
    settings,
    redact,
    ports: {
      readConfig: createReadProjectConfig(ssm, settings.projectConfigParameterName),
      readRelease: createReadRelease(ssm, settings.releaseParameterName),
      connectGitHub: createConnectGitHub({
        addresses: githubAddresses(env),
        token: secrets.githubToken,
        log: telemetry,
      }),
      locks: createDynamoLockStore({ client: createDynamoClient(), tableName: settings.locksTableName }),
      builds: createCodeBuildService({
        client: createCodeBuildClient(),
        projectName: settings.projectName,
        artifactsBucketName: settings.artifactsBucketName,
      }),
      clock: systemClock,
      telemetry,
      newOwner: randomUUID,
    },
  };
}
