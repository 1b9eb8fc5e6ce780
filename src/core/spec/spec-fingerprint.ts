import { createHash } from 'node:crypto';
import type { SpecFiles } from './spec.ts';

/** Returns a fingerprint of what the spec asks for: the text of tasks.md whatever is ticked in it, and the other files. */
export function specFingerprint({ folder, names, tasks, fileIds = {} }: SpecFiles): string {
  const others = names.filter((name) => name !== 'tasks.md').map((name) => [name, fileIds[name] ?? '']);
  const plain = (tasks ?? '').replaceAll(BOX, '$1[ ]');
  return createHash('sha256')
    .update(JSON.stringify([folder, plain, others.sort()]))
    .digest('hex');
}

const BOX = /^(\s*(?:[-*+]|\d+[.)])\s+)\[[ xX~-]\]/gm;
