import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mochaPart } from './mocha-part.ts';
import type { Part } from './part.ts';

const TESTS = join(import.meta.dirname, '..', '..', 'test', 'rehearsal');

const PARTS: readonly Part[] = [
  mochaPart({
    name: 'end-to-end',
    shows: 'every ending, kill and race, on real parts',
    globs: ['test/rehearsal/e2e/*.rehearsal.ts'],
    tools: ['git'],
  }),
  mochaPart({
    name: 'lock-store',
    shows: 'locks on DynamoDB Local',
    globs: ['test/rehearsal/lock-store.rehearsal.ts'],
    tools: ['java'],
  }),
  mochaPart({
    name: 'lambda',
    shows: 'both functions under the real runtime client',
    globs: ['test/rehearsal/lambda/*.rehearsal.ts'],
    tools: ['git', 'g++', 'make', 'cmake', 'python3'],
  }),
];

/** Returns all parts in their order; the stacks' own parts come last. */
export async function listParts(): Promise<readonly Part[]> {
  const file = join(TESTS, 'stacks', 'parts.ts');
  if (!existsSync(file)) return PARTS;
  const { STACK_PARTS } = (await import(pathToFileURL(file).href)) as { STACK_PARTS: readonly Part[] };
  return [...PARTS, ...STACK_PARTS];
}
