import type { DeployPorts } from '../deploy/deploy-types.ts';

/** What every operation on a stack needs. */
export type UndoPorts = Pick<DeployPorts, 'stacks' | 'clock' | 'onStep' | 'onEvent'>;

/** A stack of an environment by its name, and the tags that it bears when it is ours. */
export interface OwnStack {
  readonly stackName: string;
  readonly tags: Readonly<Record<string, string>>;
}
