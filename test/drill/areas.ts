import type { DrillArea, Level } from './area.ts';

/** Every area of the drill by its name; loaded when it is asked for. */
export const AREAS: Readonly<Record<string, (options: { readonly level: Level }) => Promise<DrillArea>>> = {
  agents: async () => (await import('./agents/area.ts')).agentsArea(),
  flows: async ({ level }) => (await import('./flows/area.ts')).flowsArea(level),
  trust: async () => (await import('./trust/area.ts')).trustArea(),
};
