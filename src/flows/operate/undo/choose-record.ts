import { isSameDeployment, type Manifest } from '../../../core/deploy/manifest.ts';
import { WorkerError } from '../../../core/errors.ts';
import type { DeploymentRecords } from '../../../core/ports/operate/deployment-records.ts';

export interface Choice {
  readonly records: DeploymentRecords;
  /** What stands now. */
  readonly standing: Manifest;
  /** Name of a record, or the hash of a worker or its beginning; null for the one before what stands. */
  readonly wanted: string | null;
}

export interface ChosenRecord {
  readonly id: string;
  readonly manifest: Manifest;
}

/** Returns the record to go back to: the newest that `wanted` names, else the newest older than what stands that says something else.
 *  Throws RELEASE_INVALID when there is none. */
export async function chooseRecord(choice: Choice): Promise<ChosenRecord> {
  const { records, standing, wanted } = choice;
  const ids = await records.list();
  if (wanted !== null) return named(choice, ids);
  const all = await Promise.all(ids.map(async (id) => ({ id, manifest: await records.read(id) })));
  const found = all.find(
    ({ manifest }) => !isSameDeployment(manifest, standing) && isOlder(manifest, { all, standing }),
  );
  if (found !== undefined) return found;
  const why =
    ids.length === 0 ? 'No deployment of it was recorded yet.' : 'Nothing else was recorded before what stands now.';
  throw noneToGoBackTo(standing.environment, why);
}

/** What stands may have been recorded, or be newer than every record, as after a release of the worker alone. */
function isOlder(manifest: Manifest, { all, standing }: { all: readonly ChosenRecord[]; standing: Manifest }): boolean {
  const recorded =
    all.find((one) => isSameDeployment(one.manifest, standing)) ??
    all.find((one) => one.manifest.release === standing.release);
  return recorded === undefined || manifest.madeAt < recorded.manifest.madeAt;
}

async function named({ records, wanted, standing }: Choice, ids: readonly string[]): Promise<ChosenRecord> {
  const text = (wanted ?? '').trim();
  const hash = text.toLowerCase();
  for (const id of ids) {
    // The name of a record ends with the first twelve digits of the worker's hash.
    const [, beginning = ''] = id.split('-');
    if (id !== text && !(/^[0-9a-f]{4,64}$/.test(hash) && (beginning.startsWith(hash) || hash.startsWith(beginning))))
      continue;
    const manifest = await records.read(id);
    if (id === text || manifest.release.startsWith(hash)) return { id, manifest };
  }
  const newest = ids.slice(0, 10);
  throw new WorkerError({
    code: 'RELEASE_INVALID',
    what: `No deployment of ${standing.environment} was recorded as ${JSON.stringify(text.slice(0, 80))}, or with a worker of that hash.`,
    remedy:
      newest.length === 0
        ? deployInstead(standing.environment)
        : `Name one of ${newest.join(', ')}, or the hash of a worker.`,
  });
}

function noneToGoBackTo(environment: string, why: string): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what: `There is nothing of ${environment} to go back to.`,
    why,
    remedy: deployInstead(environment),
  });
}

function deployInstead(environment: string): string {
  return `Check out the version that you want and deploy it: git checkout VERSION && npm ci && npx kiro-worker deploy --env ${environment}`;
}
