import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { attempt } from './aws-failure.ts';

/** Returns the account (12 digits) that the credentials belong to. Throws AWS_REQUEST_FAILED. */
export async function findCallerAccount(client: STSClient): Promise<string> {
  return (await findCaller(client)).account;
}

/** Returns the account and the ARN of whom the credentials belong to: a user, or the session of a role. Throws AWS_REQUEST_FAILED. */
export async function findCaller(client: STSClient): Promise<{ account: string; arn: string }> {
  return attempt('AWS did not say which account the credentials belong to.', async () => {
    const { Account: account, Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
    if (!account || !arn) throw new Error('the answer contains no account');
    return { account, arn };
  });
}
