import * as z from 'zod';

const Claim = z.object({
  /** Names the run that holds it. */
  token: z.string().min(1),
  /** Who, as USER@HOST. */
  by: z.string().min(1),
  /** ISO 8601. */
  since: z.iso.datetime(),
  /** ISO 8601: afterwards nobody holds it any more. */
  until: z.iso.datetime(),
  /** Token of the run whose lapsed claim this one took over; null for none. */
  after: z.string().nullable(),
});

/** Says that somebody is deploying to an environment. */
export type DeploymentClaim = Readonly<z.output<typeof Claim>>;

/** Returns a claim as it is stored. */
export function formatClaim(claim: DeploymentClaim): string {
  return JSON.stringify(claim);
}

/** Returns what a stored text claims; null where it says nothing that can be read. */
export function parseClaim(text: string): DeploymentClaim | null {
  try {
    return Claim.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Returns whether a claim has lapsed: whoever holds it renews it long before. */
export function hasLapsed({ until }: DeploymentClaim, nowMs: number): boolean {
  return Date.parse(until) < nowMs;
}
