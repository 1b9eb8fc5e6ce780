import * as z from 'zod';
import type { StackResource } from '../ports/stacks.ts';
import { isStateful } from './resource-kinds.ts';

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ DeletionPolicy: z.unknown().optional() })),
});

/** What becomes of that in a stack which cannot be made again by deploying. */
export interface StackContents {
  /** Goes with the stack, and what it holds. */
  readonly lost: readonly StackResource[];
  /** Stays in the account, and no stack owns it any more. */
  readonly retained: readonly StackResource[];
}

/** Returns what deleting a stack does to what it holds. A resource whose policy cannot be read counts as lost. */
export function contentsOf(resources: readonly StackResource[], template: unknown): StackContents {
  const { data } = Template.safeParse(template);
  const isRetained = ({ logicalId }: StackResource) => {
    const policy = data?.Resources[logicalId]?.DeletionPolicy;
    // RetainExceptOnCreate deletes only what a creation that fails has made.
    return policy === 'Retain' || policy === 'RetainExceptOnCreate';
  };
  const present = resources.filter(({ physicalId, status }) => physicalId !== '' && status !== 'DELETE_COMPLETE');
  return {
    lost: present.filter((resource) => isStateful(resource.type) && !isRetained(resource)),
    retained: present.filter(isRetained),
  };
}

/** Something that no stack owns and that stays, and how to remove it. */
export interface Remainder {
  readonly type: string;
  readonly physicalId: string;
  /** Lines for a shell. */
  readonly remove: readonly string[];
}

/** Returns the lines that remove what a stack left. `isEmpty` is about buckets alone. */
export function remainderOf(
  { type, physicalId }: Pick<StackResource, 'type' | 'physicalId'>,
  place: { readonly environment: string; readonly region: string; readonly isEmpty: boolean },
): Remainder {
  const { environment, region, isEmpty } = place;
  if (type === 'AWS::S3::Bucket') {
    const empty = `npx kiro-worker destroy --env ${environment} --empty-buckets`;
    const remove = `aws s3api delete-bucket --region ${region} --bucket ${physicalId}`;
    return { type, physicalId, remove: isEmpty ? [remove] : [empty, remove] };
  }
  if (type === 'AWS::KMS::Key') {
    const line = `aws kms schedule-key-deletion --region ${region} --key-id ${physicalId} --pending-window-in-days 30`;
    return { type, physicalId, remove: [line] };
  }
  return { type, physicalId, remove: [] };
}
