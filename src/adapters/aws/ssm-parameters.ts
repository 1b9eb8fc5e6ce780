import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import type { ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import { isReleaseHash } from '../../core/release.ts';

/** Reads the project configuration from its SSM parameter; null when there is none. */
export function createReadProjectConfig(client: SSMClient, name: string): ReadProjectConfig {
  return async () => {
    const text = await readParameter(client, name);
    return text === null ? null : { text, source: `the SSM parameter ${name}` };
  };
}

/** Reads the content hash of the release to run; null when none was published. Throws RELEASE_INVALID for another text. */
export function createReadRelease(client: SSMClient, name: string): ReadRelease {
  return async () => {
    const text = await readParameter(client, name);
    if (text === null || text.trim() === '' || text.trim() === 'none') return null;
    if (isReleaseHash(text.trim())) return text.trim();
    throw new WorkerError({
      code: 'RELEASE_INVALID',
      what: `The SSM parameter ${name} contains ${JSON.stringify(text.slice(0, 80))}, which is not a content hash.`,
      remedy:
        'Publish a release ("npx kiro-worker release" in the checkout of the worker), or choose one ("release use HASH").',
    });
  };
}

async function readParameter(client: SSMClient, name: string): Promise<string | null> {
  try {
    return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value ?? null;
  } catch (error) {
    if (error instanceof ParameterNotFound) return null;
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: `The SSM parameter ${name} could not be read.`,
      why: errorMessage(error),
      remedy: 'Check that the role may read this parameter; the stacks grant it.',
      cause: error,
    });
  }
}
