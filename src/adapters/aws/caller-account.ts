import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { attempt } from './aws-failure.ts';

/** Returns the account (12 digits) that the credentials belong to. Throws AWS_REQUEST_FAILED. */
export async function findCallerAccount(client: STSClient): Promise<string> {
  return attempt('AWS did not say which account the credentials belong to.', async () => {
    const { Account: account } = await client.send(new GetCallerIdentityCommand({}));
    if (!account) throw new Error('the answer contains no account');
    return account;
  });
}
