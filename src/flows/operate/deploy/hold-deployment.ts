import type { DeploymentClaim } from '../../../core/deploy/deployment-claim.ts';
import { errorMessage, WorkerError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { DeploymentClaims } from '../../../core/ports/operate/deployment-claims.ts';

/** How long an environment stays claimed by a run that was killed. */
const LEASE_MS = 15 * 60_000;
const RENEWAL_MS = 5 * 60_000;

export interface Holding {
  readonly claims: DeploymentClaims;
  readonly clock: Clock;
  readonly environment: string;
  readonly token: string;
  /** Who, as USER@HOST. */
  readonly by: string;
  readonly onNote: (text: string) => void;
}

/** Runs `work` while nobody else deploys to, rolls back or destroys the environment. `release` gives it free early, for Ctrl-C. Throws
 *  DEPLOYMENT_REFUSED with who runs while somebody else does. */
export async function holdDeployment<T>(
  holding: Holding,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { claims, clock, environment, token, by, onNote } = holding;
  const lasting = () => new Date(clock.now() + LEASE_MS).toISOString();
  const since = new Date(clock.now()).toISOString();
  const taken = await claims.take({ token, by, since, until: lasting(), after: null }, { nowMs: clock.now() });
  if (!taken.isOurs) throw refusal(environment, taken.claim);
  const renewal = setInterval(() => {
    claims.renew({ ...taken.claim, until: lasting() }).catch((error) => {
      onNote(`The claim on ${environment} could not be renewed: ${errorMessage(error)}`);
    });
  }, RENEWAL_MS).unref();
  const release = async () => {
    clearInterval(renewal);
    await claims.release(taken.claim);
  };
  try {
    return await work(release);
  } finally {
    // What was done stands; a claim that stays lapses by itself.
    await release().catch((error) => {
      onNote(`${environment} stays claimed for up to 15 minutes: ${errorMessage(error)}`);
    });
  }
}

function refusal(environment: string, held: DeploymentClaim | null): WorkerError {
  const who = held === null ? 'Somebody else' : `${held.by} (since ${held.since})`;
  return new WorkerError({
    code: 'DEPLOYMENT_REFUSED',
    what: `${who} deploys to ${environment} at this moment.`,
    remedy: `Wait until it has ended: npx kiro-worker status --env ${environment}. A run that was killed gives the environment free after 15 minutes${held === null ? '' : `, at ${held.until}`}.`,
  });
}
