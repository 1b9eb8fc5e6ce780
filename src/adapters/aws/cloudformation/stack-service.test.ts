import {
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { describedChange, INCOMPLETE_WARNING } from '../../../../test/support/cloudformation/change-sets.ts';
import { createStackService } from './stack-service.ts';

const ARN = 'arn:aws:cloudformation:us-east-1:123456789012:changeSet/deploy/1';

function refusal(name: string, { message = name, status = 400 } = {}): CloudFormationServiceException {
  return new CloudFormationServiceException({
    name,
    message,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  });
}

describe('stacks on CloudFormation', () => {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  beforeEach(() => mock.reset());
  after(() => client.destroy());
  const service = createStackService(client);
  const errorOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );

  it('know absence only where CloudFormation says so', async () => {
    mock
      .on(DescribeStacksCommand)
      .rejects(refusal('ValidationError', { message: 'Stack with id KiroWorkerCore does not exist' }));
    expect(await service.describe('KiroWorkerCore')).to.equal(null);
    mock.on(DescribeStacksCommand).rejects(refusal('ValidationError', { message: '1 validation error detected' }));
    expect(await errorOf(service.describe('KiroWorkerCore'))).to.deep.include({
      code: 'AWS_REQUEST_FAILED',
      isPassing: false,
    });
    mock.on(DescribeStacksCommand).resolves({ Stacks: [] });
    expect(await errorOf(service.describe('KiroWorkerCore'))).to.deep.include({
      code: 'AWS_REQUEST_FAILED',
      isPassing: false,
    });
  });

  for (const [name, error, isPassing, remedy] of [
    ['throttling', refusal('Throttling', { message: 'Rate exceeded' }), true, /again/],
    ['a fault of the service', refusal('InternalFailure', { status: 500 }), true, /again/],
    ['expired credentials', refusal('ExpiredToken', { status: 403 }), false, /Sign in/],
    ['a missing right', refusal('AccessDenied', { status: 403 }), false, /permission/],
    ['a stack that moved on', refusal('InvalidChangeSetStatusException'), false, /new plan/],
  ] as const) {
    it(`tell ${name} with its remedy`, async () => {
      mock.on(ExecuteChangeSetCommand).rejects(error);
      const thrown = await errorOf(service.executeChangeSet(ARN, { token: 't' }));
      expect(thrown).to.have.property('code', 'AWS_REQUEST_FAILED');
      expect(thrown).to.have.property('remedy').that.matches(remedy);
      expect(thrown).to.have.property('isPassing', isPassing);
    });
  }

  it('describe every page of a change set, with a warning that only the last one has', async () => {
    const page = (NextToken?: string) => ({
      ChangeSetId: ARN,
      Status: 'CREATE_COMPLETE' as const,
      Changes: [describedChange({ LogicalResourceId: NextToken === undefined ? 'Last' : 'First' })],
      ...(NextToken === undefined ? { StatusReason: INCOMPLETE_WARNING } : { NextToken }),
    });
    mock.on(DescribeChangeSetCommand, { IncludePropertyValues: true }).resolves(page('2'));
    mock.on(DescribeChangeSetCommand, { IncludePropertyValues: true, NextToken: '2' }).resolves(page());
    const described = await service.describeChangeSet(ARN, { withValues: true });
    expect(described?.Changes?.map((change) => change.ResourceChange?.LogicalResourceId)).to.deep.equal([
      'First',
      'Last',
    ]);
    expect(described?.StatusReason).to.equal(INCOMPLETE_WARNING);
  });

  it('find the change set of a request whose answer was lost', async () => {
    mock.on(CreateChangeSetCommand).rejects(refusal('AlreadyExistsException'));
    mock
      .on(DescribeChangeSetCommand, { StackName: 'KiroWorkerCore', ChangeSetName: 'deploy-1' })
      .resolves({ ChangeSetId: ARN });
    const request = {
      stackName: 'KiroWorkerCore',
      changeSetName: 'deploy-1',
      kind: 'create',
      template: '{}',
      token: 't',
    } as const;
    expect(await service.createChangeSet({ ...request, parameters: {}, tags: {} })).to.equal(ARN);
  });

  it('have nothing to delete or describe where there is no change set', async () => {
    mock.on(DeleteChangeSetCommand).rejects(refusal('ChangeSetNotFoundException', { status: 404 }));
    mock.on(DescribeChangeSetCommand).rejects(refusal('ChangeSetNotFound', { status: 404 }));
    await service.deleteChangeSet(ARN);
    expect(await service.describeChangeSet(ARN, { withValues: false })).to.equal(null);
  });

  it('list the events of the newest operation, and later only what is new', async () => {
    const event = (EventId: string, ResourceStatus: 'UPDATE_IN_PROGRESS' | 'UPDATE_COMPLETE', isStack = false) => ({
      StackId: 'stack',
      EventId,
      StackName: 'KiroWorkerCore',
      Timestamp: new Date(0),
      ResourceStatus,
      PhysicalResourceId: isStack ? 'stack' : 'other',
    });
    mock.on(DescribeStackEventsCommand).resolves({
      StackEvents: [event('3', 'UPDATE_COMPLETE', true), event('2', 'UPDATE_IN_PROGRESS')],
      NextToken: 'next',
    });
    mock.on(DescribeStackEventsCommand, { NextToken: 'next' }).resolves({
      StackEvents: [event('1', 'UPDATE_IN_PROGRESS', true), event('0', 'UPDATE_COMPLETE', true)],
    });
    const ids = async (after: string | null) => (await service.listEvents('stack', { after })).map(({ id }) => id);
    expect(await ids(null)).to.deep.equal(['1', '2', '3']);
    expect(await ids('2')).to.deep.equal(['3']);
  });

  it('list what they hold from every page, and nothing where there is no stack', async () => {
    const held = (LogicalResourceId: string) => ({
      ...{ LogicalResourceId, ResourceType: 'AWS::SQS::Queue', ResourceStatus: 'CREATE_COMPLETE' as const },
      LastUpdatedTimestamp: new Date(0),
    });
    mock.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [held('A')], NextToken: 'next' });
    mock
      .on(ListStackResourcesCommand, { NextToken: 'next' })
      .resolves({ StackResourceSummaries: [{ ...held('B'), PhysicalResourceId: 'b-1' }] });
    const listed = await service.listResources('KiroWorkerCore');
    expect(listed.map(({ logicalId, physicalId }) => [logicalId, physicalId])).to.deep.equal([
      ['A', ''],
      ['B', 'b-1'],
    ]);
    mock
      .on(ListStackResourcesCommand)
      .rejects(refusal('ValidationError', { message: 'Stack with id KiroWorkerCore does not exist' }));
    expect(await service.listResources('KiroWorkerCore')).to.deep.equal([]);
  });
});
