import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  PutLogGroupDeletionProtectionCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { DataProtection } from '../../../core/ports/operate/remainders.ts';
import { attempt } from '../aws-failure.ts';

/** Returns the protection of a table and of log groups against deletion, those that there are. */
export function createDataProtection(place: {
  readonly dynamo: DynamoDBClient;
  readonly logs: CloudWatchLogsClient;
  readonly tableName: string;
  readonly logGroupNames: readonly string[];
}): DataProtection {
  const { dynamo, logs, tableName, logGroupNames } = place;

  async function isTableProtected(): Promise<boolean> {
    try {
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: tableName }));
      return Table?.DeletionProtectionEnabled ?? false;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  async function protectedLogGroups(): Promise<string[]> {
    const found = await Promise.all(
      logGroupNames.map(async (name) => {
        const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
        return logGroups.filter((one) => one.logGroupName === name && one.deletionProtectionEnabled === true);
      }),
    );
    return found.flat().flatMap(({ logGroupName }) => logGroupName ?? []);
  }

  return {
    list: () =>
      attempt('AWS did not say which data is protected against deletion.', async () => [
        ...((await isTableProtected()) ? [tableName] : []),
        ...(await protectedLogGroups()),
      ]),
    async lift() {
      await attempt(`The table ${tableName} could not be unprotected.`, async () => {
        if (!(await isTableProtected())) return;
        await dynamo.send(new UpdateTableCommand({ TableName: tableName, DeletionProtectionEnabled: false }));
      });
      await attempt('The log groups could not be unprotected.', async () => {
        for (const logGroupIdentifier of await protectedLogGroups())
          await logs.send(
            new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier, deletionProtectionEnabled: false }),
          );
      });
    },
  };
}
