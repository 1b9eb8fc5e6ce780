import type { Manifest } from '../../../core/deploy/manifest.ts';
import type { Risk } from '../../../core/deploy/review-rules.ts';
import { errorMessage, isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { CodeStore } from '../../../core/ports/code-store.ts';
import type { DeploymentRecords } from '../../../core/ports/operate/deployment-records.ts';
import type { ReleaseStore } from '../../../core/ports/releases.ts';
import { type Deployment, deployStacks } from '../deploy/deploy-stacks.ts';
import type { DeployPorts, StackToDeploy } from '../deploy/deploy-types.ts';

/** A stack as it was deployed once. */
export interface StoredStack extends StackToDeploy {
  readonly text: string;
}

export interface RecordSource {
  readonly records: DeploymentRecords;
  readonly code: CodeStore;
  readonly releases: Pick<ReleaseStore, 'has'>;
  /** Parses a template in YAML or JSON. */
  readonly parse: (text: string) => unknown;
  readonly sha256: (text: string) => string;
}

/** Fetches the stacks of a recorded deployment, in the reverse order of deployment. Throws RELEASE_INVALID with everything that is missing
 *  or not what its name says, and for stacks that are not among `own`. */
export async function fetchStacks(
  source: RecordSource,
  { manifest, own }: { readonly manifest: Manifest; readonly own: readonly string[] },
): Promise<StoredStack[]> {
  const problems: string[] = [];
  const keys = new Set(manifest.stacks.flatMap(({ artifacts }) => artifacts));
  for (const key of keys) if (!(await source.code.has(key))) problems.push(`${key} is missing.`);
  if (!(await source.releases.has(manifest.release))) problems.push(`The worker ${manifest.release} is missing.`);
  const stacks: StoredStack[] = [];
  for (const stack of manifest.stacks) {
    const { stackName, parameters, tags } = stack;
    if (!own.includes(stackName)) problems.push(`${stackName} is no stack of ${manifest.environment}.`);
    try {
      const text = await readTemplate(source, stack.template);
      const template = source.parse(text);
      if (typeof template !== 'object' || template === null) throw new Error('it is no template');
      stacks.push({ stackName, template, parameters, tags, text });
    } catch (error) {
      if (isWorkerError(error) && error.isPassing) throw error;
      problems.push(
        `${stackName}: its template cannot be read: ${isWorkerError(error) ? error.what : errorMessage(error)}`,
      );
    }
  }
  if (problems.length === 0) return stacks.reverse();
  throw new WorkerError({
    code: 'RELEASE_INVALID',
    what: `What was deployed to ${manifest.environment} on ${manifest.madeAt} cannot be deployed again:`,
    problems,
    remedy: 'Name another deployment (--to), or check out its version and deploy that.',
  });
}

async function readTemplate({ records, sha256 }: RecordSource, hash: string): Promise<string> {
  const text = await records.readTemplate(hash);
  if (sha256(text) !== hash) throw new Error('its content is not what its name says');
  return text;
}

export type RollbackResult =
  | { readonly kind: 'rolled-back'; readonly changed: readonly string[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'blocked'; readonly risks: readonly Risk[]; readonly changed: readonly string[] }
  | { readonly kind: 'not-approved'; readonly changed: readonly string[] };

export interface Rollback extends Pick<Parameters<typeof deployStacks>[1], 'allowed' | 'review' | 'approve'> {
  readonly environment: string;
  readonly manifest: Manifest;
  readonly stacks: readonly StoredStack[];
  /** Stacks of the environment that were not there then; they stay. */
  readonly others: readonly string[];
  readonly token: string;
  /** The artifacts bucket. */
  readonly bucketName: string;
  /** Content hash of the worker that new builds run; null when none was chosen. */
  readonly current: string | null;
  /** Makes new builds run a worker. Called when the stacks are back: how the choice is written depends on the poller. */
  readonly choose: (hash: string) => Promise<void>;
}

/** Deploys stacks as they were once, in the given order, then makes new builds run the worker of that time. Throws DEPLOYMENT_REFUSED,
 *  CHANGE_SET_FAILED and DEPLOYMENT_FAILED as a deployment does. */
export async function rollBack(ports: DeployPorts, rollback: Rollback): Promise<RollbackResult> {
  const { environment, manifest, stacks, others, token, bucketName, current, allowed, review, approve } = rollback;
  const deployment: Deployment = { environment, stacks, others, bucketOf: () => bucketName, token };
  const result = await deployStacks(ports, { ...deployment, allowed, review, approve });
  const changed = result.changed.map(({ name }) => name);
  if (result.kind === 'blocked') return { kind: 'blocked', risks: result.risks, changed };
  if (result.kind === 'not-approved') return { kind: 'not-approved', changed };
  if (current === manifest.release)
    return changed.length === 0 ? { kind: 'nothing' } : { kind: 'rolled-back', changed };
  // Where stacks changed, this was approved with them.
  if (changed.length === 0 && !(await approve())) return { kind: 'not-approved', changed };
  ports.onStep('Making new builds run its worker');
  await rollback.choose(manifest.release);
  return { kind: 'rolled-back', changed };
}
