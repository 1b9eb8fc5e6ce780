import {
  type Change,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Stack,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';

interface MadeSet {
  readonly arn: string;
  readonly stackName: string;
  readonly changes: readonly Change[];
}

export interface CloudFormationScene {
  readonly client: CloudFormationClient;
  readonly stacks: Map<string, Stack>;
  /** Change sets that exist and were not carried out. */
  readonly waiting: Map<string, MadeSet>;
  /** Names of stacks in the order in which they were carried out. */
  readonly executed: string[];
  /** What the change set of a stack contains; none at all: nothing changes. */
  readonly changes: Map<string, readonly Change[]>;
  /** Exports that a stack has once it was carried out. */
  readonly exports: Map<string, readonly string[]>;
  /** State in which an execution ends. */
  readonly endings: Map<string, StackStatus>;
}

/** Answers of CloudFormation, typed by the SDK, for stacks in memory: enough to follow a deployment, nothing of a real engine. */
export function createCloudFormationScene(): CloudFormationScene {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const scene: CloudFormationScene = {
    ...{ client, stacks: new Map(), waiting: new Map(), executed: [] },
    ...{ changes: new Map(), exports: new Map(), endings: new Map() },
  };
  const { stacks, waiting, executed } = scene;
  const find = (name = '') =>
    [...stacks.values()].find(({ StackName, StackId }) => name === StackName || name === StackId);
  let made = 0;
  mock.on(DescribeStacksCommand).callsFake(({ StackName }: { StackName: string }) => {
    const stack = find(StackName);
    if (stack === undefined) throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
    return { Stacks: [stack] };
  });
  mock.on(CreateChangeSetCommand).callsFake(({ StackName, ChangeSetType, Tags }) => {
    made += 1;
    const arn = `arn:aws:cloudformation:us-east-1:123456789012:changeSet/${StackName}/${made}`;
    if (ChangeSetType === 'CREATE')
      stacks.set(StackName, { ...stackOf(StackName), StackStatus: 'REVIEW_IN_PROGRESS', Tags });
    waiting.set(arn, { arn, stackName: StackName, changes: scene.changes.get(StackName) ?? [] });
    return { Id: arn };
  });
  mock.on(DescribeChangeSetCommand).callsFake(({ ChangeSetName }) => {
    const set = waiting.get(ChangeSetName);
    if (set === undefined) throw refusal('ChangeSetNotFoundException', 'gone');
    const isEmpty = set.changes.length === 0;
    return {
      ...{
        StackName: set.stackName,
        StackId: find(set.stackName)?.StackId,
        ChangeSetId: set.arn,
        Changes: set.changes,
      },
      ...(isEmpty
        ? {
            Status: 'FAILED',
            ExecutionStatus: 'UNAVAILABLE',
            StatusReason: "The submitted information didn't contain changes.",
          }
        : { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' }),
    };
  });
  mock.on(DeleteChangeSetCommand).callsFake(({ ChangeSetName }) => {
    waiting.delete(ChangeSetName);
    return {};
  });
  mock.on(ExecuteChangeSetCommand).callsFake(({ ChangeSetName }) => {
    const set = waiting.get(ChangeSetName);
    if (set === undefined) throw refusal('ChangeSetNotFoundException', 'gone');
    waiting.delete(ChangeSetName);
    executed.push(set.stackName);
    const Outputs = (scene.exports.get(set.stackName) ?? []).map((ExportName) => ({
      OutputKey: ExportName,
      ExportName,
    }));
    const isNew = find(set.stackName)?.StackStatus === 'REVIEW_IN_PROGRESS';
    const StackStatus = scene.endings.get(set.stackName) ?? (isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
    stacks.set(set.stackName, {
      ...stackOf(set.stackName),
      ...find(set.stackName),
      ...{ StackStatus, Outputs, LastUpdatedTime: new Date(executed.length * 1000) },
    });
    return {};
  });
  mock.on(DescribeStackEventsCommand).callsFake(({ StackName }) => {
    const { StackStatus } = find(StackName) ?? {};
    const failed = StackStatus?.includes('ROLLBACK') === true;
    const ids = { StackId: StackName, StackName, Timestamp: new Date(0) };
    const event = { EventId: `${executed.length}`, LogicalResourceId: 'Queue', ResourceType: 'AWS::SQS::Queue' };
    return failed
      ? { StackEvents: [{ ...ids, ...event, ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'Quota reached' }] }
      : { StackEvents: [{ ...ids, ...event, ResourceStatus: 'CREATE_COMPLETE' }] };
  });
  return scene;
}

/** Returns a stack of ours, as DescribeStacks lists it. */
export function stackOf(name: string, facts: Partial<Stack> = {}): Stack {
  return {
    StackName: name,
    StackId: `arn:aws:cloudformation:us-east-1:123456789012:stack/${name}/1`,
    StackStatus: 'UPDATE_COMPLETE',
    CreationTime: new Date(0),
    Tags: [{ Key: 'Environment', Value: 'test' }],
    ...facts,
  };
}

function refusal(name: string, message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}
