import type { StackEvent } from '../ports/stacks.ts';

export interface FailedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  /** CloudFormation's words. */
  readonly reason: string;
}

const STACK = 'AWS::CloudFormation::Stack';

/** Returns what failed since the stack itself went into a state, such as UPDATE_ROLLBACK_IN_PROGRESS, for the last time; of each
 *  resource its last failure. What CloudFormation cancelled because something else had failed is left out. */
export function failedSince(events: readonly StackEvent[], state: string): FailedResource[] {
  const start = events.findLastIndex(({ type, status }) => type === STACK && status === state);
  const failed = new Map<string, FailedResource>();
  for (const { logicalId, type, status, reason } of events.slice(start + 1)) {
    if (type === STACK) continue;
    if (!status.endsWith('_FAILED')) failed.delete(logicalId);
    else if (!/cancelled/i.test(reason)) failed.set(logicalId, { logicalId, type, status, reason });
  }
  return [...failed.values()];
}

/** Returns the ids of resources that ContinueUpdateRollback may skip: those whose update failed because of the roll-back ("You can
 *  specify only resources that are in the UPDATE_FAILED state because a rollback failed", API reference). */
export function skippable(events: readonly StackEvent[]): string[] {
  return failedSince(events, 'UPDATE_ROLLBACK_IN_PROGRESS')
    .filter(({ status }) => status === 'UPDATE_FAILED')
    .map(({ logicalId }) => logicalId);
}

/** Returns a failure as one line. */
export function describeFailure({ logicalId, type, reason }: FailedResource): string {
  return `${logicalId} (${type}): ${reason || 'no reason given'}`;
}
