/** Why a card was left out: the closed list. Words for people stand in the detail beside it. */
export const LEFT_OUT_REASONS = [
  'other-column',
  'archived',
  'redacted',
  'draft-issue',
  'closed',
  'other-repository',
  'fork',
  'no-branch',
  'ambiguous-branch',
  'invalid-branch',
  'duplicate-branch',
  'branch-missing',
  'default-branch',
  'protected-branch',
  'read-only',
  'spec-missing',
  'spec-invalid',
  'no-pull-request',
  'ambiguous-pull-request',
  'locked',
  'backing-off',
  'attempts-exhausted',
  'needs-a-person',
  'at-capacity',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export interface LeftOut {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string | null;
  readonly reason: LeftOutReason;
  readonly detail: string;
}
