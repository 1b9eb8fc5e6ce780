import type { ProcessResult } from '../../ports/process.ts';

/** How a command ended, and the sign that was found in its output. */
export interface CommandEnd {
  readonly endedBy: ProcessResult['endedBy'];
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly sign: string | null;
  /** Its report names failed tests. */
  readonly hasFailedTests: boolean;
}

/** What a command ran out of. */
export type Resource = 'memory' | 'disk' | 'time';

/** Signs of machine-signs.ts that name one. */
const BY_SIGN: ReadonlyMap<string, Resource> = new Map([
  ['disk-full', 'disk'],
  ['node-memory', 'memory'],
  ['jvm-memory', 'memory'],
  ['memory', 'memory'],
]);

/** What a shell answers for a program that SIGKILL ended, mostly the kernel's when memory runs out. */
const KILLED = 137;

/** Returns what a command that failed ran out of before it came to its end; null where it did, and what it says counts. Tests that are
 *  reported as failed are red, whatever stands in the output. Whoever writes the output can choose no more by it than which failure is told. */
export function exhaustedBy({ endedBy, exitCode, sign, hasFailedTests }: CommandEnd): Resource | null {
  if (endedBy === 'timeout' || endedBy === 'silence') return 'time';
  if (endedBy !== 'exit' || exitCode === 0 || hasFailedTests) return null;
  const named = sign === null ? undefined : BY_SIGN.get(sign);
  return named ?? (exitCode === KILLED || exitCode === null ? 'memory' : null);
}
