import { createHash } from 'node:crypto';
import { withoutTicks } from '../../core/spec/tick.ts';

export interface SpecText {
  readonly folder: string;
  /** Text of tasks.md, null where it has none. */
  readonly tasks: string | null;
  /** Object ids of the files, by name. */
  readonly fileIds: Readonly<Record<string, string>>;
}

/** Returns a fingerprint of what the spec asks for: the text of tasks.md whatever is ticked in it and however its lines end, and the other files that a run
 *  reads. Whatever else lies in the folder is no part of the spec. */
export function specFingerprint({ folder, tasks, fileIds }: SpecText): string {
  const others = Object.entries(fileIds).filter(([name]) => name !== 'tasks.md' && isRead(name));
  const text = JSON.stringify([folder, textOf(tasks ?? ''), others.sort()]);
  return createHash('sha256').update(text).digest('hex');
}

/** Editors that tick a box rewrite line ends and blank ends as well. */
function textOf(tasks: string): string {
  return withoutTicks(tasks)
    .replace(/[ \t\r]+$/gm, '')
    .trimEnd();
}

function isRead(name: string): boolean {
  return name.endsWith('.md') || name === '.config.kiro';
}
