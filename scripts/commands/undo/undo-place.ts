import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { OwnStack, UndoPorts } from '../../../src/flows/operate/undo/undo-types.ts';
import { stackTags } from '../../../src/stacks/documents/samconfig.ts';
import type { EnvironmentConfig } from '../../../src/stacks/environments/config.ts';
import { createProgress, type Progress } from '../../terminal/progress.ts';
import { chooseStacks, type DeploymentPlace, openDeploymentPlace } from '../deploy/deployment-place.ts';
import { createEventNotes, newToken, withClaim } from '../deploy/with-claim.ts';

/** An environment whose stacks are changed while nobody else changes them. */
export interface UndoPlace {
  readonly place: DeploymentPlace;
  readonly ports: UndoPorts;
  readonly progress: Progress;
  /** Of this run: names its requests, so that a repeated one does nothing twice. */
  readonly token: string;
}

/** Opens an environment for `work` and claims it. After Ctrl-C it is given free, and what goes on in AWS is said, with `next`. Throws
 *  DEPLOYMENT_REFUSED for another account than its own, and while somebody else deploys to it. */
export async function withUndoPlace<T>(
  { config, verb, next }: { readonly config: EnvironmentConfig; readonly verb: string; readonly next: string },
  work: (place: UndoPlace) => Promise<T>,
): Promise<T> {
  const { environment } = config;
  const progress = createProgress();
  progress.show({ phase: verb, text: `Asking AWS in ${config.region}` });
  const place = await openDeploymentPlace(config);
  try {
    const token = newToken();
    return await withClaim({ place, environment, token, progress, next }, () =>
      work({ place, ports: portsOf(place, { verb, progress }), progress, token }),
    );
  } finally {
    progress.stop();
    place.close();
  }
}

function portsOf(place: DeploymentPlace, { verb, progress }: { verb: string; progress: Progress }): UndoPorts {
  return {
    stacks: place.stacks,
    clock: systemClock,
    onStep: (text) => progress.show({ phase: verb, text }),
    onEvent: createEventNotes(place, progress),
  };
}

/** Returns the stacks that are named, all without names, and the others of the environment, both in the order of deployment. Throws
 *  ARGUMENT_INVALID for a name that is none. */
export function chooseOwnStacks(
  config: EnvironmentConfig,
  names: readonly string[],
): { readonly stacks: readonly OwnStack[]; readonly others: readonly OwnStack[] } {
  const { stacks, others } = chooseStacks(config, names);
  return { stacks, others: others.map((stackName) => ({ stackName, tags: stackTags(config) })) };
}
