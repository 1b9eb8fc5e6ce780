import type { ChangedText } from '../../../core/gates/integrity/thresholds.ts';

/** Texts of a change; null where there is no regular file. */
export interface Sides extends ChangedText {
  readonly formerPath: string;
  /** One of them is there, and was too large to be read. */
  readonly isUnread: boolean;
}
