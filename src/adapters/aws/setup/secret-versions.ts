import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { attempt, nullWhere } from '../aws-failure.ts';

/** Stage of the version that is in use. */
export const CURRENT = 'AWSCURRENT';

/** Returns what there is of a secret, without its value; null when there is no such secret. Throws AWS_REQUEST_FAILED. */
export async function describeSecret(
  client: SecretsManagerClient,
  name: string,
): Promise<DescribeSecretCommandOutput | null> {
  return attempt(`AWS did not say what there is of the secret ${name}.`, () =>
    nullWhere(
      (error) => error instanceof ResourceNotFoundException,
      () => client.send(new DescribeSecretCommand({ SecretId: name })),
    ),
  );
}

/** Returns the id of the version at a stage; null where there is none. */
export function versionWith({ VersionIdsToStages = {} }: DescribeSecretCommandOutput, stage: string): string | null {
  return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(stage))?.[0] ?? null;
}
