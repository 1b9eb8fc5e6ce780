import type { Pause } from '../../pause.ts';

/** The pause of a deployed environment. Every method throws AWS_REQUEST_FAILED when AWS fails or refuses. */
export interface PauseSwitch {
  /** The pause that holds now, null when none does. */
  read(): Promise<Pause | null>;
  /** Makes `pause` hold unless another one does; returns the one that holds afterwards. */
  set(pause: Pause): Promise<Pause>;
  clear(): Promise<void>;
}
