import type { Pause } from '../pause.ts';

/** The pause of a deployed environment. Every method throws AWS_REQUEST_FAILED when AWS fails or refuses. */
export interface PauseSwitch {
  /** Throws SETUP_INCOMPLETE when the environment is not deployed here, and CONFIG_INVALID when this is another account than
   *  its own: a pause that no poller reads would pause nothing. */
  assertDeployed(): Promise<void>;
  /** The pause that holds now, null when none does. */
  read(): Promise<Pause | null>;
  /** Makes `pause` hold unless another one does; returns the one that holds afterwards. */
  set(pause: Pause): Promise<Pause>;
  clear(): Promise<void>;
}
