import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import { awsFailure } from '../aws-failure.ts';

/** Returns an SSM parameter, null when there is none. Throws AWS_REQUEST_FAILED. */
export async function getParameter(client: SSMClient, name: string) {
  try {
    return (await client.send(new GetParameterCommand({ Name: name }))).Parameter ?? null;
  } catch (error) {
    if (error instanceof ParameterNotFound) return null;
    throw awsFailure(`The SSM parameter ${name} could not be read.`, error);
  }
}
