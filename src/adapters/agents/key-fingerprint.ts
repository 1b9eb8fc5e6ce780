import { createHash } from 'node:crypto';

/** Returns what distinguishes a key from another one without giving it away: keys are random, so nobody guesses them from it. */
export function keyFingerprint(key: string): string {
  return createHash('sha256').update(`kiro-worker:${key}`).digest('hex').slice(0, 16);
}
