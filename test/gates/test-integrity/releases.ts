import { GO_RELEASES } from './releases/go.ts';
import { NPM_RELEASES } from './releases/npm.ts';
import type { ReleaseRow } from './releases/pairs.ts';
import { PIP_RELEASES } from './releases/pip.ts';

/** Consecutive releases of published packages with their tests. */
export const RELEASES: readonly ReleaseRow[] = [...GO_RELEASES, ...NPM_RELEASES, ...PIP_RELEASES];
