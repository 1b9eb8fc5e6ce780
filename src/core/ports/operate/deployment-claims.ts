import type { DeploymentClaim } from '../../deploy/deployment-claim.ts';

/** The claim as it is stored once it is ours; else that of whoever has the environment, null when that one was a moment faster. */
export type Taken =
  | { readonly isOurs: true; readonly claim: DeploymentClaim }
  | { readonly isOurs: false; readonly claim: DeploymentClaim | null };

/** Says of an environment that somebody is deploying to it. Every method throws AWS_REQUEST_FAILED. */
export interface DeploymentClaims {
  /** Claims the environment. A claim that has lapsed by `nowMs`, or that cannot be read, is taken over, by one alone of all who try. */
  take(claim: DeploymentClaim, options: { readonly nowMs: number }): Promise<Taken>;
  /** Makes our own claim last longer. */
  renew(claim: DeploymentClaim): Promise<void>;
  /** Gives the environment free; nothing when it is not ours any more. */
  release(claim: DeploymentClaim): Promise<void>;
}
