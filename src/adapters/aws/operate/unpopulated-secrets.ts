import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CURRENT, describeSecret, versionWith } from '../setup/secret-versions.ts';

/** Returns those of the secrets that exist without a value: a secret made by a stack has no version until somebody writes one. No value
 *  is read, which those who deploy have no right to. Throws AWS_REQUEST_FAILED. */
export async function unpopulatedSecrets(client: SecretsManagerClient, names: readonly string[]): Promise<string[]> {
  const described = await Promise.all(names.map((name) => describeSecret(client, name)));
  return names.filter((_, index) => {
    const secret = described[index];
    // Null: its stack does not stand yet.
    return secret ? versionWith(secret, CURRENT) === null : false;
  });
}
