import type { DrillArea } from './area.ts';

/** Every area of the drill by its name; loaded when it is asked for. */
export const AREAS: Readonly<Record<string, () => Promise<DrillArea>>> = {
  trust: async () => (await import('./trust/area.ts')).trustArea(),
};
