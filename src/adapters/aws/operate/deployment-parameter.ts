import { ParameterAlreadyExists, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { type DeploymentClaim, formatClaim, hasLapsed, parseClaim } from '../../../core/deploy/deployment-claim.ts';
import { resourceNames } from '../../../core/names.ts';
import type { DeploymentClaims } from '../../../core/ports/operate/deployment-claims.ts';
import { awsFailure } from '../aws-failure.ts';
import { deleteParameter, getParameter } from './get-parameter.ts';

const MOST_TRIES = 3;

/** Returns the claims in the SSM parameter `/kiro-worker/{environment}/deployment`, which exists only while somebody deploys. SSM
 *  creates a parameter for one caller alone; of those that overwrite a lapsed one, the version tells who was first. */
export function createDeploymentParameter(place: { client: SSMClient; environment: string }): DeploymentClaims {
  const { client, environment } = place;
  const name = resourceNames(environment).deploymentParameter;

  /** Returns the version that was written; null when it exists and may not be overwritten. */
  async function put(claim: DeploymentClaim, { isOverwriting }: { isOverwriting: boolean }): Promise<number | null> {
    const Description = 'While this exists, somebody deploys to this environment.';
    const input = { Name: name, Value: formatClaim(claim), Type: 'String', Overwrite: isOverwriting, Description };
    try {
      return (await client.send(new PutParameterCommand({ ...input, Type: 'String' }))).Version ?? 0;
    } catch (error) {
      if (error instanceof ParameterAlreadyExists) return null;
      throw awsFailure(`The SSM parameter ${name} could not be written.`, error);
    }
  }

  return {
    async take(claim, { nowMs }) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        if ((await put(claim, { isOverwriting: false })) !== null) return { isOurs: true, claim };
        const found = await getParameter(client, name);
        // It was given free a moment ago.
        if (found === null) continue;
        const held = parseClaim(found.Value ?? '');
        // The answer to our own request was lost.
        if (held?.token === claim.token) return { isOurs: true, claim };
        if (held !== null && !hasLapsed(held, nowMs)) return { isOurs: false, claim: held };
        const ours = { ...claim, after: held?.token ?? 'unreadable' };
        const version = await put(ours, { isOverwriting: true });
        if (version === (found.Version ?? 0) + 1) return { isOurs: true, claim: ours };
        break;
      }
      return { isOurs: false, claim: null };
    },
    async renew(claim) {
      await put(claim, { isOverwriting: true });
    },
    async release(claim) {
      const held = parseClaim((await getParameter(client, name))?.Value ?? '');
      // Whoever lost a take-over to us may have written its own claim above ours.
      const isOurs =
        held !== null && (held.token === claim.token || (claim.after !== null && held.after === claim.after));
      if (isOurs) await deleteParameter(client, name);
    },
  };
}
