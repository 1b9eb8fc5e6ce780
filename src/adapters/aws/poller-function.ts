import { GetFunctionConfigurationCommand, type LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { ENV } from '../../core/names.ts';
import { releaseFailure } from './release-failure.ts';

/** This variable came to the poller in the same version in which it learned that form. */
const SIGN = ENV.pausedParameterName;

/** Returns whether the poller that is deployed surely understands a release named with its bucket: false while there is no
 *  poller, and for who may not look, since every poller understands a hash alone. Throws RELEASE_STORE_FAILED and
 *  SETUP_INCOMPLETE for other failures. */
export async function readsBucketOfRelease(request: {
  readonly client: LambdaClient;
  readonly functionName: string;
}): Promise<boolean> {
  const { client, functionName } = request;
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
    const { Environment } = await client.send(command);
    return Environment?.Variables?.[SIGN] !== undefined;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    if (error instanceof Error && error.name === 'AccessDeniedException') return false;
    throw releaseFailure(`Lambda did not say which form of a release ${functionName} reads.`, error);
  }
}
