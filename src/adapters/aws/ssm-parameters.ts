import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { parsePause } from '../../core/pause.ts';
import type { ReadPause, ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import { parseChosenRelease } from '../../core/release.ts';
import { isServiceFault } from './service-fault.ts';

/** Reads the project configuration from its SSM parameter; null when there is none. */
export function createReadProjectConfig(client: SSMClient, name: string): ReadProjectConfig {
  return async () => {
    const text = await readParameter(client, name);
    return text === null ? null : { text, source: `the SSM parameter ${name}` };
  };
}

/** Reads the release for builds that take their source from `bucketName`; null when none was chosen. */
export function createReadRelease(
  client: SSMClient,
  { name, bucketName }: { name: string; bucketName: string },
): ReadRelease {
  return async () => {
    const chosen = parseChosenRelease((await readParameter(client, name)) ?? '', `The SSM parameter ${name}`);
    if (chosen === null) return null;
    if (chosen.bucket === null || chosen.bucket === bucketName) return chosen.hash;
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: `The SSM parameter ${name} names a release in the bucket ${chosen.bucket}, but builds take theirs from ${bucketName}.`,
      why: 'The stacks were deleted and deployed again, which gave them a new bucket, and no release has been published to it.',
      remedy: 'Publish one: npx kiro-worker release --env ENVIRONMENT',
    });
  };
}

/** Reads whether polls are paused from its SSM parameter, which exists only while they are. */
export function createReadPause(client: SSMClient, name: string): ReadPause {
  return async () => parsePause((await readParameter(client, name)) ?? '');
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
      isPassing: isServiceFault(error),
      remedy: isServiceFault(error)
        ? 'Nothing if it passes by itself.'
        : 'Check that the role may read this parameter; the stacks grant it.',
      cause: error,
    });
  }
}
