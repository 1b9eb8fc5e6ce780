import { execa } from 'execa';
import { WorkerError } from '../../../src/core/errors.ts';

/** Where this product's files are. */
const CHECKOUT = new URL('../../../', import.meta.url);

/** Production runs what is committed, and what somebody has reviewed as a plan: throws DEPLOYMENT_REFUSED for anything else. */
export async function refuseUnreviewed({ plan, planOnly }: { plan?: string; planOnly?: boolean }): Promise<void> {
  if (plan === undefined && planOnly !== true)
    throw new WorkerError({
      code: 'DEPLOYMENT_REFUSED',
      what: 'Production is deployed from a plan that somebody has reviewed.',
      remedy:
        'Make one: npx kiro-worker deploy --env production --plan-only --out plan.json; then deploy it with --plan plan.json',
    });
  await refuseChangedCheckout();
}

/** Throws DEPLOYMENT_REFUSED, with what differs, where a checkout holds anything that is not committed. Default: this one. */
export async function refuseChangedCheckout(cwd: string | URL = CHECKOUT): Promise<void> {
  const { stdout } = await execa('git', ['status', '--porcelain', '--untracked-files=all'], { cwd });
  if (stdout === '') return;
  throw new WorkerError({
    code: 'DEPLOYMENT_REFUSED',
    what: 'Production is deployed from a clean checkout, and this one has changes:',
    problems: stdout.split('\n').slice(0, 20),
    remedy: 'Commit or undo them, then run the command again.',
  });
}
