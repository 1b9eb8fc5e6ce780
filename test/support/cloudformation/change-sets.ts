import type { Change, DescribeChangeSetOutput, ResourceChange } from '@aws-sdk/client-cloudformation';

/** The text by which CloudFormation says that values made it leave out resources (aws/aws-cdk-cli#1780). */
export const INCOMPLETE_WARNING = '[WARN] --include-property-values option can return incomplete ChangeSet data';

/** Returns one change as DescribeChangeSet lists it, with values. */
export function describedChange(change: Partial<ResourceChange>): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: 'PollerFunction',
      PhysicalResourceId: 'kiro-worker-test-poller',
      ResourceType: 'AWS::Lambda::Function',
      ...(change.Action === undefined || change.Action === 'Modify'
        ? { Replacement: 'False', Scope: ['Properties'], BeforeContext: contextOf({}), AfterContext: contextOf({}) }
        : {}),
      ...change,
    },
  };
}

/** Returns properties as BeforeContext and AfterContext have them. */
export function contextOf(properties: object): string {
  return JSON.stringify({ Properties: properties });
}

/** Returns the two descriptions of one change set: with values, and without, as AWS strips them. */
export function described(
  changes: readonly Change[],
  facts: Partial<DescribeChangeSetOutput> = {},
): { readonly withValues: DescribeChangeSetOutput; readonly plain: DescribeChangeSetOutput } {
  const withValues: DescribeChangeSetOutput = {
    StackName: 'KiroWorkerPoller',
    StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/KiroWorkerPoller/1',
    ChangeSetId: 'arn:aws:cloudformation:us-east-1:123456789012:changeSet/deploy/1',
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Changes: [...changes],
    ...facts,
  };
  return { withValues, plain: { ...withValues, Changes: changes.map(withoutValues) } };
}

function withoutValues({ ResourceChange: change, ...rest }: Change): Change {
  if (change === undefined) return rest;
  const { BeforeContext, AfterContext, ...plain } = change;
  return { ...rest, ResourceChange: plain };
}
