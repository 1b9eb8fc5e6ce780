import { createHash } from 'node:crypto';

/** What a verdict on the base line depends on beside its commit. */
interface BaselineBasis {
  /** Branch of the rules, and their file as git names its content. */
  readonly rules: string;
  /** What each tool of the commands says of its version. */
  readonly tools: readonly string[];
  /** Content hash of the worker. */
  readonly release: string;
  readonly thresholdPct: number;
  readonly commandEnv: Readonly<Record<string, string | undefined>>;
}

/** Returns the fingerprint of all that a verdict depends on beside its commit. */
export function fingerprintOf({ rules, tools, release, thresholdPct, commandEnv }: BaselineBasis): string {
  const variables = Object.entries(commandEnv).sort(([a], [b]) => (a < b ? -1 : 1));
  const basis = JSON.stringify([rules, tools, release, thresholdPct, variables]);
  return createHash('sha256').update(basis).digest('hex');
}
