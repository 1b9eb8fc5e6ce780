import {
  CloudFormationClient,
  CloudFormationServiceException,
  ContinueUpdateRollbackCommand,
  type ContinueUpdateRollbackInput,
  DeleteStackCommand,
  type DeleteStackInput,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  RollbackStackCommand,
  type Stack,
  type StackEvent,
  type StackResourceSummary,
  type StackStatus,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { stackOf } from './scene.ts';

/** What an operation does: the events that it tells, and the state in which it leaves the stack. */
export interface Ending {
  readonly events: readonly TypedEvent[];
  /** Null: the stack is gone. */
  readonly status: StackStatus | null;
  readonly reason?: string;
}
export type TypedEvent = Pick<
  StackEvent,
  'LogicalResourceId' | 'ResourceType' | 'ResourceStatus' | 'ResourceStatusReason'
>;

export interface UndoScene {
  readonly client: CloudFormationClient;
  readonly stacks: Map<string, Stack>;
  readonly resources: Map<string, readonly StackResourceSummary[]>;
  readonly templates: Map<string, string>;
  /** How the next operation on a stack ends; one that is not here succeeds. Those on one stack come one after the other. */
  readonly endings: Map<string, Ending[]>;
  /** Each request that changes something, as `DeleteStack KiroWorkerCore`. */
  readonly requests: string[];
  /** Lets events have happened on a stack. */
  tell(name: string, events: readonly TypedEvent[]): void;
}

/** Answers of CloudFormation, typed by the SDK, for what is done to stacks that stand: rolled back, deleted, protected. */
export function createUndoScene(): UndoScene {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const events = new Map<string, StackEvent[]>();
  const scene: UndoScene = {
    ...{ client, stacks: new Map(), resources: new Map(), templates: new Map(), endings: new Map(), requests: [] },
    tell(name, told) {
      const { StackId } = scene.stacks.get(name) ?? stackOf(name);
      const all = events.get(name) ?? [];
      for (const event of told) {
        const isOwn = event.ResourceType === 'AWS::CloudFormation::Stack';
        const id = { EventId: `${name}-${all.length}`, StackId, StackName: name, Timestamp: new Date(all.length) };
        all.push({ ...event, ...id, PhysicalResourceId: isOwn ? StackId : `${name}-${event.LogicalResourceId}` });
      }
      events.set(name, all);
    },
  };
  const find = (name = '') =>
    [...scene.stacks.values()].find(({ StackName, StackId }) => name === StackName || name === StackId);
  const must = (name = ''): Stack & { StackName: string } => {
    const stack = find(name);
    if (stack?.StackName === undefined) throw refusal(`Stack with id ${name} does not exist`);
    return { ...stack, StackName: stack.StackName };
  };
  const operate = (operation: string, stack: Stack & { StackName: string }, usual: Ending) => {
    const { StackName: name } = stack;
    scene.requests.push(operation);
    const { events: told, status, reason } = scene.endings.get(name)?.shift() ?? usual;
    scene.tell(name, told);
    if (status === null) scene.stacks.delete(name);
    else scene.stacks.set(name, { ...stack, StackStatus: status, ...(reason ? { StackStatusReason: reason } : {}) });
    return {};
  };
  mock.on(DescribeStacksCommand).callsFake(({ StackName }) => ({ Stacks: [must(StackName)] }));
  mock
    .on(GetTemplateCommand)
    .callsFake(({ StackName }) => ({ TemplateBody: scene.templates.get(must(StackName).StackName) }));
  mock.on(ListStackResourcesCommand).callsFake(({ StackName }) => ({
    StackResourceSummaries: scene.resources.get(must(StackName).StackName) ?? [],
  }));
  mock.on(DescribeStackEventsCommand).callsFake(({ StackName }) => ({
    StackEvents: (events.get(must(StackName).StackName) ?? []).toReversed(),
  }));
  mock.on(UpdateTerminationProtectionCommand).callsFake(({ StackName, EnableTerminationProtection }) => {
    const stack = must(StackName);
    scene.requests.push(`UpdateTerminationProtection ${stack.StackName}`);
    scene.stacks.set(stack.StackName, { ...stack, EnableTerminationProtection });
    return {};
  });
  mock.on(RollbackStackCommand).callsFake(({ StackName }) => {
    const stack = must(StackName);
    if (!['CREATE_FAILED', 'UPDATE_FAILED'].includes(stack.StackStatus ?? '')) throw wrongState('RollbackStack', stack);
    return operate(`RollbackStack ${stack.StackName}`, stack, rolledBack(stack.StackName));
  });
  mock
    .on(ContinueUpdateRollbackCommand)
    .callsFake(({ StackName, ResourcesToSkip = [] }: ContinueUpdateRollbackInput) => {
      const stack = must(StackName);
      if (stack.StackStatus !== 'UPDATE_ROLLBACK_FAILED') throw wrongState('ContinueUpdateRollback', stack);
      const request = ['ContinueUpdateRollback', stack.StackName, ...ResourcesToSkip].join(' ');
      return operate(request, stack, rolledBack(stack.StackName));
    });
  mock.on(DeleteStackCommand).callsFake(({ StackName, RetainResources = [] }: DeleteStackInput) => {
    const stack = must(StackName);
    if (stack.EnableTerminationProtection)
      throw refusal(`Stack [${stack.StackName}] cannot be deleted while TerminationProtection is enabled`);
    if (RetainResources.length > 0 && stack.StackStatus !== 'DELETE_FAILED') throw wrongState('RetainResources', stack);
    return operate(['DeleteStack', stack.StackName, ...RetainResources].join(' '), stack, { events: [], status: null });
  });
  return scene;
}

/** Returns an event of a stack itself. */
export function ownEvent(name: string, status: StackEvent['ResourceStatus'], reason = ''): TypedEvent {
  return {
    LogicalResourceId: name,
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: status,
    ...(reason ? { ResourceStatusReason: reason } : {}),
  };
}

function rolledBack(name: string): Ending {
  const events = (['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'] as const).map((status) =>
    ownEvent(name, status),
  );
  return { events, status: 'UPDATE_ROLLBACK_COMPLETE' };
}

function wrongState(operation: string, { StackName, StackStatus }: Stack): CloudFormationServiceException {
  return refusal(`${operation} cannot be called on ${StackName} from the state ${StackStatus}`);
}

function refusal(message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({
    ...{ name: 'ValidationError', message, $fault: 'client', $metadata: { httpStatusCode: 400 } },
  });
}
