import { resourceNames } from '../../../core/names.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { EnvironmentState } from '../../../core/ports/operate/environment-state.ts';
import type { LogLines } from '../../../core/ports/operate/log-lines.ts';
import type { DeployedParts } from '../../../core/ports/setup/deployed-parts.ts';
import type { AlertSubscriptions, ProjectConfigStore, SecretValues } from '../../../core/ports/setup/settings-store.ts';
import type { SecretSetting } from '../../../core/setup/secret-input.ts';

export interface VerifyPorts {
  readonly parts: DeployedParts;
  readonly state: EnvironmentState;
  readonly secrets: SecretValues;
  readonly nameOf: (setting: SecretSetting) => string;
  readonly project: ProjectConfigStore;
  readonly alerts: AlertSubscriptions;
  readonly logs: LogLines;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

export interface VerifiedNames {
  readonly environment: string;
  readonly region: string;
  /** In their order; the first has the bucket among its outputs. */
  readonly stacks: readonly string[];
  readonly queues: readonly string[];
  readonly alarms: readonly string[];
}

/** Returns the names of an environment's resources, with the flag that names the environment on the command line. */
export function placeOf({ environment }: Pick<VerifiedNames, 'environment'>) {
  return { ...resourceNames(environment), flag: `--env ${environment}` };
}
