import { createHash } from 'node:crypto';
import { withoutTicks } from '../../core/spec/tick.ts';

export interface SpecText {
  readonly folder: string;
  /** Text of tasks.md, null where it has none. */
  readonly tasks: string | null;
  /** Object ids of the files, by name. */
  readonly fileIds: Readonly<Record<string, string>>;
}

/** Returns a fingerprint of what the spec asks for: the text of tasks.md whatever is ticked in it, and the other files that a run
 *  reads. Whatever else lies in the folder is no part of the spec. */
export function specFingerprint({ folder, tasks, fileIds }: SpecText): string {
  const others = Object.entries(fileIds).filter(([name]) => name !== 'tasks.md' && isRead(name));
  const text = JSON.stringify([folder, withoutTicks(tasks ?? ''), others.sort()]);
  return createHash('sha256').update(text).digest('hex');
}

function isRead(name: string): boolean {
  return name.endsWith('.md') || name === '.config.kiro';
}
