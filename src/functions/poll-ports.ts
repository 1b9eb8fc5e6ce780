import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { createCodeBuildClient, createCodeBuildService } from '../adapters/aws/codebuild.ts';
import { createDynamoClient, createDynamoLockStore } from '../adapters/aws/dynamo-lock-store.ts';
import { requestLimits } from '../adapters/aws/request-limits.ts';
import { createSecretsManagerSecrets } from '../adapters/aws/secrets-manager.ts';
import { createReadPause, createReadProjectConfig, createReadRelease } from '../adapters/aws/ssm-parameters.ts';
import { githubAddresses } from '../adapters/github/addresses.ts';
import { createConnectGitHub } from '../adapters/github/connect.ts';
import { useMachineNetwork } from '../adapters/process/machine-network.ts';
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
  useMachineNetwork(env);
  const { redact, watch } = createKnownSecrets(proxySecrets(env));
  const telemetry = createTelemetry({ service, environment: settings.environment, redact });
  const secrets = watch(
    createSecretsManagerSecrets({
      client: new SecretsManagerClient(requestLimits()),
      arns: { githubToken: settings.githubTokenSecretArn },
      now: systemClock.now,
    }),
  );
  const ssm = new SSMClient(requestLimits());
  return {
    settings,
    redact,
    ports: {
      readConfig: createReadProjectConfig(ssm, settings.projectConfigParameterName),
      readRelease: createReadRelease(ssm, {
        name: settings.releaseParameterName,
        bucketName: settings.artifactsBucketName,
      }),
      readPause: createReadPause(ssm, settings.pausedParameterName),
      connectGitHub: createConnectGitHub({
        addresses: githubAddresses(env),
        token: secrets.githubToken,
        log: telemetry,
        // The next poll tries again, and the function's own time is short.
        retrySeconds: 30,
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
      // The poller may not read the agent's key: one build finds out whether another one was put there.
      agentKey: async () => null,
    },
  };
}
