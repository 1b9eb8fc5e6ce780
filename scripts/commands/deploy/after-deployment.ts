import { createDeploymentRecords } from '../../../src/adapters/aws/operate/deployment-records.ts';
import { unpopulatedSecrets } from '../../../src/adapters/aws/operate/unpopulated-secrets.ts';
import { readsBucketOfRelease } from '../../../src/adapters/aws/poller-function.ts';
import { createS3ReleaseStore } from '../../../src/adapters/aws/s3-release-store.ts';
import { createProjectConfigParameter } from '../../../src/adapters/aws/setup/project-config-parameter.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { Stack } from '../../../src/core/ports/stacks.ts';
import { findEmptySecrets } from '../../../src/flows/operate/deploy/empty-secrets.ts';
import { protectStacks } from '../../../src/flows/operate/deploy/protect-stacks.ts';
import { recordDeployment } from '../../../src/flows/operate/deploy/record-deployment.ts';
import { type Publication, publishRelease, readCurrent } from '../../../src/flows/release.ts';
import { secretName } from '../setup/setup-place.ts';
import { bucketOf, type DeploymentPlace } from './deployment-place.ts';

/** Stacks whose loss cannot be made good: key, artifacts and locks; secrets. */
const PROTECTED = /(?:Core|Secrets)$/;

interface Standing {
  readonly place: DeploymentPlace;
  /** All stacks of the environment that stand. */
  readonly stacks: readonly Stack[];
  readonly onStep: (text: string) => void;
}

/** Protects production's Core and Secrets against deletion; returns the names of those that were open. */
export async function protectProduction({ place, stacks }: Standing): Promise<string[]> {
  if (place.config.environment !== 'production') return [];
  return protectStacks(
    place.stacks,
    stacks.filter(({ name }) => PROTECTED.test(name)),
  );
}

export interface PublishedWorker extends Publication {
  /** Name of the record of the deployment, from which it can be deployed again. */
  readonly record: string;
}

/** Makes new builds run the worker of this checkout, then records what stands; null as long as a stack is
 *  missing, or `mayPublish` says no for a worker that is new. */
export async function publishWorker(
  standing: Standing & {
    readonly release: { readonly hash: string; readonly zip: Uint8Array };
    readonly mayPublish: () => Promise<boolean>;
  },
): Promise<PublishedWorker | null> {
  const { place, stacks, release, onStep, mayPublish } = standing;
  const { config, clients, account } = place;
  const { environment, region } = config;
  const bucketName = bucketOf(stacks);
  const isWhole = place.stackNames.every((name) => stacks.some((stack) => stack.name === name));
  if (bucketName === null || !isWhole) return null;
  const names = resourceNames(environment);
  const s3 = await clients.s3();
  const pollerReadsBucket = await readsBucketOfRelease({
    client: await clients.lambda(),
    functionName: names.pollerFunction,
  });
  const where = { s3, ssm: await clients.ssm(), bucketName, parameterName: names.releaseParameter };
  const store = createS3ReleaseStore({ ...where, pollerReadsBucket, account });
  if ((await readCurrent(store)).hash !== release.hash && !(await mayPublish())) return null;
  const publication = await publishRelease({ store, release, onStep });
  onStep('Recording what stands');
  const { id } = await recordDeployment({
    records: createDeploymentRecords({ client: s3, bucketName, account }),
    ...{ service: place.stacks, clock: systemClock, environment, region, account, release: release.hash },
    stacks: place.stackNames.flatMap((name) => stacks.find((stack) => stack.name === name) ?? []),
  });
  return { ...publication, record: id };
}

export interface Warning {
  readonly what: string;
  /** Command to type. */
  readonly command: string;
}

/** Returns a warning for each secret that is needed and that nobody has given a value yet. */
export async function secretWarnings({ config, clients }: DeploymentPlace): Promise<Warning[]> {
  const { environment } = config;
  const secrets = await clients.secrets();
  const empty = await findEmptySecrets({
    project: createProjectConfigParameter({ client: await clients.ssm(), environment }),
    nameOf: (setting) => secretName(setting, environment),
    unpopulated: (names) => unpopulatedSecrets(secrets, names),
  });
  return empty.map(({ setting, what }) => ({
    what,
    command: `npx kiro-worker configure ${setting} --env ${environment}`,
  }));
}
