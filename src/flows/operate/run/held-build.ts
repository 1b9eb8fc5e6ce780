import { type LockRow, mayBeStarting } from '../../../core/lock.ts';
import type { Build, BuildService } from '../../../core/ports/builds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import { lookTwice } from '../../../core/second-look.ts';

export interface HeldBuildPorts {
  readonly builds: BuildService;
  readonly clock: Clock;
}

/** The build that a lock is held for. `starting`: a poll may be about to start it; `unknown`: the build service does not know
 *  it, asked twice and in two ways. */
export type HeldBuild =
  | { readonly kind: 'running' | 'ended'; readonly build: Build }
  | { readonly kind: 'starting' | 'unknown'; readonly build: null };

/** Returns what is known of the build of a held lock. Throws BUILD_SERVICE_FAILED when the service cannot say. */
export async function heldBuild({ builds, clock }: HeldBuildPorts, row: LockRow): Promise<HeldBuild> {
  const byToken = async () => (row.startToken === null ? null : await builds.find(row.startToken));
  const byId = async () => (row.buildId === null ? null : ((await builds.get([row.buildId]))[0] ?? null));
  const build = await lookTwice({
    look: async () => (row.buildId === null ? byToken() : byId()),
    lookAgain: async () => (await byId()) ?? (await byToken()),
    isGrave: (answer) => answer === null && !mayBeStarting(row, clock.now()),
    clock,
  });
  if (build !== null) return { kind: build.ended ? 'ended' : 'running', build };
  return { kind: mayBeStarting(row, clock.now()) ? 'starting' : 'unknown', build };
}
