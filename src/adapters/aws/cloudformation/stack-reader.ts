import {
  type Stack as AwsStack,
  type StackEvent as AwsStackEvent,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { DescribedChangeSet } from '../../../core/deploy/described-change-set.ts';
import type { Stack, StackEvent, StackResource } from '../../../core/ports/stacks.ts';
import { attempt, nullWhere } from '../aws-failure.ts';
import { isNoSuchChangeSet, isNoSuchStack } from './absence.ts';

/** Returns a stack by its name or ARN; null when CloudFormation says that there is none. */
export async function describeStack(client: CloudFormationClient, stack: string): Promise<Stack | null> {
  return attempt(`CloudFormation did not say how the stack ${stack} is.`, async () => {
    const answer = await nullWhere(isNoSuchStack, () => client.send(new DescribeStacksCommand({ StackName: stack })));
    if (answer === null) return null;
    const [found] = answer.Stacks ?? [];
    if (found === undefined) throw new Error('the answer contains no stack, and does not say that there is none');
    return parseStack(found);
  });
}

/** Returns all pages of a change set as one; null when there is none. */
export async function describeAllChanges(
  client: CloudFormationClient,
  { changeSet, withValues }: { changeSet: string; withValues: boolean },
): Promise<DescribedChangeSet | null> {
  return attempt(`CloudFormation did not describe the change set ${changeSet}.`, async () => {
    const pages: DescribeChangeSetOutput[] = [];
    let token: string | undefined;
    do {
      const command = new DescribeChangeSetCommand({
        ChangeSetName: changeSet,
        ...(withValues ? { IncludePropertyValues: true } : {}),
        ...(token === undefined ? {} : { NextToken: token }),
      });
      const page = await nullWhere(
        (error) => isNoSuchChangeSet(error) || isNoSuchStack(error),
        () => client.send(command),
      );
      if (page === null) return null;
      pages.push(page);
      token = page.NextToken;
    } while (token !== undefined);
    return joinPages(pages);
  });
}

/** Any page may carry the warning that changes are missing. */
function joinPages(pages: readonly DescribeChangeSetOutput[]): DescribedChangeSet {
  const reasons = new Set(pages.map(({ StatusReason }) => StatusReason).filter((reason) => reason !== undefined));
  return {
    ...pages[0],
    Changes: pages.flatMap(({ Changes = [] }) => Changes),
    ...(reasons.size === 0 ? {} : { StatusReason: [...reasons].join(' ') }),
  };
}

/** Returns the events after the one named, oldest first; with null those of the newest operation. */
export async function listStackEvents(
  client: CloudFormationClient,
  { stack, after }: { stack: string; after: string | null },
): Promise<StackEvent[]> {
  return attempt(`CloudFormation did not list the events of ${stack}.`, async () => {
    const events: StackEvent[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new DescribeStackEventsCommand({ StackName: stack, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      for (const event of page.StackEvents ?? []) {
        if (event.EventId === after) return events.reverse();
        events.push(parseEvent(event));
        if (after === null && beginsOperation(event)) return events.reverse();
      }
      token = page.NextToken;
    } while (token !== undefined);
    return events.reverse();
  });
}

/** The stack's own first event of an operation; a roll-back belongs to the operation that failed. */
function beginsOperation({ PhysicalResourceId, StackId, ResourceStatus }: AwsStackEvent): boolean {
  return (
    PhysicalResourceId === StackId && /^(?:CREATE|UPDATE|DELETE|IMPORT|REVIEW)_IN_PROGRESS$/.test(ResourceStatus ?? '')
  );
}

/** Returns all that a stack holds or held; none when there is no such stack. */
export async function listStackResources(client: CloudFormationClient, stack: string): Promise<StackResource[]> {
  return attempt(`CloudFormation did not list what ${stack} holds.`, async () => {
    const resources: StackResource[] = [];
    let token: string | undefined;
    do {
      const command = new ListStackResourcesCommand({
        StackName: stack,
        ...(token === undefined ? {} : { NextToken: token }),
      });
      const page = await nullWhere(isNoSuchStack, () => client.send(command));
      if (page === null) return [];
      resources.push(...(page.StackResourceSummaries ?? []).map(parseResource));
      token = page.NextToken;
    } while (token !== undefined);
    return resources;
  });
}

function parseResource(resource: StackResourceSummary): StackResource {
  return {
    logicalId: resource.LogicalResourceId ?? '',
    physicalId: resource.PhysicalResourceId ?? '',
    type: resource.ResourceType ?? '',
    status: resource.ResourceStatus ?? '',
  };
}

/** Returns the template as it was sent; null when there is no stack, or none was deployed to it. */
export async function readTemplate(client: CloudFormationClient, stack: string): Promise<string | null> {
  return attempt(`CloudFormation did not give the template of ${stack}.`, async () => {
    const command = new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' });
    const answer = await nullWhere(isNoSuchStack, () => client.send(command));
    return answer?.TemplateBody || null;
  });
}

function parseStack(stack: AwsStack): Stack {
  const { StackName, StackId, StackStatus } = stack;
  if (!StackName || !StackId || !StackStatus) throw new Error('the answer lacks the name, ARN or state of the stack');
  return {
    name: StackName,
    id: StackId,
    status: StackStatus,
    reason: stack.StackStatusReason ?? '',
    changedAtMs: (stack.LastUpdatedTime ?? stack.CreationTime)?.getTime() ?? 0,
    isProtected: stack.EnableTerminationProtection ?? false,
    parameters: Object.fromEntries(
      (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    outputs: (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '', ExportName }) => ({
      key: OutputKey,
      value: OutputValue,
      exportName: ExportName ?? null,
    })),
  };
}

function parseEvent(event: AwsStackEvent): StackEvent {
  return {
    id: event.EventId ?? '',
    atMs: event.Timestamp?.getTime() ?? 0,
    logicalId: event.LogicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
  };
}
