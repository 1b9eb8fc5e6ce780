import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports/settings.ts';
import { parseAgentKey, parseGitCredentials, parseGitHubToken, parseKiroApiKey } from '../../core/secrets/formats.ts';
import { isServiceFault } from './service-fault.ts';

export interface SecretArns {
  readonly githubToken: string;
  readonly gitCredentials?: string | undefined;
  readonly kiroApiKey?: string | undefined;
  readonly agentKey?: string | undefined;
}

/** Secrets of the deployed system, read late and kept for five minutes. */
export function createSecretsManagerSecrets(request: {
  client: SecretsManagerClient;
  arns: SecretArns;
  now: () => number;
}): Secrets {
  const { client, arns, now } = request;
  const cache = new Map<string, { value: string | null; readAtMs: number }>();
  const read = async (arn: string): Promise<string | null> => {
    const known = cache.get(arn);
    if (known && now() - known.readAtMs < 5 * 60_000) return known.value;
    const value = await readSecret(client, arn);
    if (value !== null) cache.set(arn, { value, readAtMs: now() });
    return value;
  };
  const required = (arn: string | undefined, name: string): string => {
    if (arn) return arn;
    throw new WorkerError({
      code: 'SECRET_MISSING',
      what: `The environment variable with the ARN of the secret "${name}" is not set.`,
      remedy: 'Deploy the stacks of this environment again; they set it.',
    });
  };
  return {
    githubToken: async () => parseGitHubToken(await read(arns.githubToken), nameOf(arns.githubToken)),
    async gitCredentials() {
      const arn = required(arns.gitCredentials, 'git-credentials');
      return parseGitCredentials(await read(arn), nameOf(arn));
    },
    async kiroApiKey() {
      const arn = required(arns.kiroApiKey, 'kiro-api-key');
      return parseKiroApiKey(await read(arn), nameOf(arn));
    },
    async agentKey() {
      const arn = required(arns.agentKey, 'agent-key');
      return parseAgentKey(await read(arn), nameOf(arn));
    },
  };
}

/** A secret that was created without a value has no current version: ResourceNotFoundException, as for a missing one. */
async function readSecret(client: SecretsManagerClient, arn: string): Promise<string | null> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return SecretString ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw new WorkerError({
      code: 'SECRET_MISSING',
      what: `${nameOf(arn)} could not be read.`,
      why: errorMessage(error),
      isPassing: isServiceFault(error),
      remedy: isServiceFault(error)
        ? 'Nothing if it passes by itself.'
        : 'Check that the role may read this secret and use its key; the stacks grant both.',
      cause: error,
    });
  }
}

/** `arn:…:secret:kiro-worker-test-github-token-AbCdEf` => `the secret kiro-worker-test-github-token`. */
function nameOf(arn: string): string {
  const name = arn.split(':').at(-1) ?? arn;
  return `the secret ${name.replace(/-[A-Za-z0-9]{6}$/, '')}`;
}
