/** Why a card is skipped: the closed list. The text for people is in the detail beside it. */
export const SKIP_REASONS = [
  'other-column',
  'archived',
  'redacted',
  'unreadable',
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
  'rules-invalid',
  'folder-missing',
  'no-pull-request',
  'ambiguous-pull-request',
  'locked',
  'backing-off',
  'attempts-exhausted',
  'caps-reached',
  'needs-a-person',
  'at-capacity',
  'service-paused',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface SkippedCard {
  readonly itemId: string;
  readonly title: string;
  readonly branch: string | null;
  readonly reason: SkipReason;
  readonly detail: string;
}
