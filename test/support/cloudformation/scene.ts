import {
  type Change,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  type Stack,
  type StackStatus,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { changesBetween, exportsIn } from './template-changes.ts';

interface MadeSet {
  readonly arn: string;
  readonly stackName: string;
  /** Given by whoever asked for it. */
  readonly name: string;
  readonly template: string;
  readonly changes: readonly Change[];
}

export interface CloudFormationScene {
  readonly client: CloudFormationClient;
  readonly stacks: Map<string, Stack>;
  /** Change sets that exist and were not carried out. */
  readonly waiting: Map<string, MadeSet>;
  /** Names of stacks in the order in which they were carried out. */
  readonly executed: string[];
  /** For change sets. */
  readonly requests: CreateChangeSetCommandInput[];
  /** What the change set of a stack contains; none at all: nothing changes. */
  readonly changes: Map<string, readonly Change[]>;
  /** Exports that a stack has once it was carried out. */
  readonly exports: Map<string, readonly string[]>;
  /** State in which an execution ends. */
  readonly endings: Map<string, StackStatus>;
  /** Stacks whose execution is not answered; `false`: it was never begun either. */
  readonly unanswered: Map<string, boolean>;
}

/** Answers of CloudFormation, typed by the SDK, for stacks in memory: enough to follow a deployment, nothing of a real engine. Change
 *  sets contain what `changes` says; with `comparesTemplates` what the templates of queues say. */
export function createCloudFormationScene({ comparesTemplates = false } = {}): CloudFormationScene {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const scene: CloudFormationScene = {
    ...{ client, stacks: new Map(), waiting: new Map(), executed: [], requests: [] },
    ...{ changes: new Map(), exports: new Map(), endings: new Map(), unanswered: new Map() },
  };
  const { stacks, waiting, executed } = scene;
  const find = (name = '') =>
    [...stacks.values()].find(({ StackName, StackId }) => name === StackName || name === StackId);
  const templates = new Map<string, string>();
  let made = 0;
  mock.on(DescribeStacksCommand).callsFake(({ StackName }: { StackName: string }) => {
    const stack = find(StackName);
    if (stack === undefined) throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
    return { Stacks: [stack] };
  });
  mock.on(CreateChangeSetCommand).callsFake((input: CreateChangeSetCommandInput) => {
    const { StackName = '', ChangeSetName = '', ChangeSetType, TemplateBody = '', Tags } = input;
    scene.requests.push(input);
    const earlier = [...waiting.values()].some((set) => set.stackName === StackName && set.name === ChangeSetName);
    const status = find(StackName)?.StackStatus;
    const isTaken = ChangeSetType === 'CREATE' && status !== undefined && status !== 'REVIEW_IN_PROGRESS';
    if (earlier || isTaken) throw refusal('AlreadyExistsException', `${StackName} ${ChangeSetName} exists`);
    made += 1;
    const arn = `arn:aws:cloudformation:us-east-1:123456789012:changeSet/${StackName}/${made}`;
    if (ChangeSetType === 'CREATE')
      stacks.set(StackName, { ...stackOf(StackName), StackStatus: 'REVIEW_IN_PROGRESS', Tags });
    const changes = comparesTemplates
      ? changesBetween(templates.get(StackName), TemplateBody)
      : (scene.changes.get(StackName) ?? []);
    waiting.set(arn, { arn, stackName: StackName, name: ChangeSetName, template: TemplateBody, changes });
    return { Id: arn };
  });
  mock.on(DescribeChangeSetCommand).callsFake(({ ChangeSetName, StackName }) => {
    const set =
      waiting.get(ChangeSetName) ??
      [...waiting.values()].find(({ name, stackName }) => name === ChangeSetName && stackName === StackName);
    if (set === undefined) throw refusal('ChangeSetNotFoundException', 'gone');
    return describe(set, find(set.stackName)?.StackId);
  });
  mock.on(DeleteChangeSetCommand).callsFake(({ ChangeSetName }) => {
    waiting.delete(ChangeSetName);
    return {};
  });
  mock.on(ExecuteChangeSetCommand).callsFake(({ ChangeSetName }) => {
    const set = waiting.get(ChangeSetName);
    if (set === undefined) throw refusal('ChangeSetNotFoundException', 'gone');
    if (scene.unanswered.get(set.stackName) === false) throw noAnswer();
    waiting.delete(ChangeSetName);
    executed.push(set.stackName);
    templates.set(set.stackName, set.template);
    const exported = comparesTemplates ? exportsIn(set.template) : (scene.exports.get(set.stackName) ?? []);
    const Outputs = exported.map((ExportName) => ({
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
    if (scene.unanswered.has(set.stackName)) throw noAnswer();
    return {};
  });
  mock.on(DescribeStackEventsCommand).callsFake(({ StackName }) => {
    const { StackStatus } = find(StackName) ?? {};
    const failed = StackStatus?.includes('ROLLBACK') === true;
    const ids = { StackId: find(StackName)?.StackId, StackName, Timestamp: new Date(0) };
    const queue = { LogicalResourceId: comparesTemplates ? 'A' : 'Queue', ResourceType: 'AWS::SQS::Queue' };
    const event = { ...ids, ...queue, EventId: `${executed.length}` };
    const start = { ...ids, EventId: `${executed.length}-start`, LogicalResourceId: StackName };
    return {
      StackEvents: [
        failed
          ? { ...event, ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'Quota reached' }
          : { ...event, ResourceStatus: 'CREATE_COMPLETE' },
        { ...start, PhysicalResourceId: ids.StackId, ResourceStatus: 'CREATE_IN_PROGRESS' },
      ],
    };
  });
  mock.on(GetTemplateCommand).callsFake(({ StackName }) => {
    const stack = find(StackName);
    if (stack === undefined) throw refusal('ValidationError', `Stack with id ${StackName} does not exist`);
    return { TemplateBody: templates.get(stack.StackName ?? '') };
  });
  mock.on(UpdateTerminationProtectionCommand).callsFake(({ StackName, EnableTerminationProtection }) => {
    stacks.set(StackName, { ...stackOf(StackName), ...find(StackName), EnableTerminationProtection });
    return {};
  });
  mock.on(DeleteStackCommand).callsFake(({ StackName }) => {
    if (find(StackName)?.EnableTerminationProtection)
      throw refusal('ValidationError', `Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`);
    stacks.delete(StackName);
    return {};
  });
  return scene;
}

function describe({ stackName, arn, changes }: MadeSet, StackId: string | undefined) {
  return {
    ...{ StackName: stackName, StackId, ChangeSetId: arn, Changes: changes },
    ...(changes.length === 0
      ? {
          Status: 'FAILED' as const,
          ExecutionStatus: 'UNAVAILABLE' as const,
          StatusReason: "The submitted information didn't contain changes.",
        }
      : { Status: 'CREATE_COMPLETE' as const, ExecutionStatus: 'AVAILABLE' as const }),
  };
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

function noAnswer(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

function refusal(name: string, message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}
