import type { DrillArea } from '../../area.ts';

/** Whole flows over real processes. */
export function processesArea(): DrillArea {
  throw new Error('not yet');
}
