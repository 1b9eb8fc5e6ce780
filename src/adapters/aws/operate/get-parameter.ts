import { DeleteParameterCommand, GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
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

/** Deletes an SSM parameter, if there is one. Throws AWS_REQUEST_FAILED. */
export async function deleteParameter(client: SSMClient, name: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name: name }));
  } catch (error) {
    if (error instanceof ParameterNotFound) return;
    throw awsFailure(`The SSM parameter ${name} could not be deleted.`, error);
  }
}
