import type { Attempt } from './attempt.ts';
import { OWN_GIT } from './tree/own-git.ts';
import { SPECIAL_FILES } from './tree/special-files.ts';
import { TRAPS } from './tree/traps.ts';

/** Every attempt, in the order of their seeds. */
export const ATTEMPTS: readonly Attempt[] = [...TRAPS, ...OWN_GIT, ...SPECIAL_FILES];
