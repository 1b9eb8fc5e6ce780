import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  PutLogGroupDeletionProtectionCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../../test/support/expect-error.ts';
import { createDataProtection } from './data-protection.ts';

describe('the protection of data against deletion', () => {
  const clients = {
    dynamo: new DynamoDBClient({ region: 'us-east-1' }),
    logs: new CloudWatchLogsClient({ region: 'us-east-1' }),
  };
  const dynamo = mockClient(clients.dynamo);
  const logs = mockClient(clients.logs);
  const protection = createDataProtection({ ...clients, tableName: 'locks', logGroupNames: ['/poller', '/build'] });
  beforeEach(() => {
    dynamo.reset();
    logs.reset();
    logs.on(DescribeLogGroupsCommand).resolves({
      logGroups: [
        { logGroupName: '/poller', deletionProtectionEnabled: true },
        { logGroupName: '/poller-of-others', deletionProtectionEnabled: true },
        { logGroupName: '/build' },
      ],
    });
  });
  after(() => {
    clients.dynamo.destroy();
    clients.logs.destroy();
  });

  it('is that of the table and of the named log groups, and is lifted there alone', async () => {
    dynamo.on(DescribeTableCommand).resolves({ Table: { DeletionProtectionEnabled: true } });
    expect(await protection.list()).to.deep.equal(['locks', '/poller']);
    await protection.lift();
    expect(dynamo.commandCalls(UpdateTableCommand)[0]?.args[0].input.DeletionProtectionEnabled).to.equal(false);
    const lifted = logs.commandCalls(PutLogGroupDeletionProtectionCommand).map(({ args: [{ input }] }) => input);
    expect(lifted).to.deep.equal([{ logGroupIdentifier: '/poller', deletionProtectionEnabled: false }]);
  });

  it('is none where there is no table, and unknown where AWS refuses to say', async () => {
    dynamo.on(DescribeTableCommand).rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }));
    expect(await protection.list()).to.deep.equal(['/poller']);
    dynamo.on(DescribeTableCommand).rejects(new Error('denied'));
    await expectError(protection.list(), 'AWS_REQUEST_FAILED');
  });
});
