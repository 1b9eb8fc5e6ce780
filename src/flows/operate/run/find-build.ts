import { WorkerError } from '../../../core/errors.ts';
import type { Build, BuildService } from '../../../core/ports/builds.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import { readableRowsOfItem } from './item-rows.ts';

/** Returns a build by its own id, or the last one of a card or branch. Throws CONFIG_INVALID when there is none. */
export async function findBuild(request: {
  readonly locks: LockStore;
  readonly builds: Pick<BuildService, 'get'>;
  readonly item: string;
}): Promise<Build> {
  const { builds, item } = request;
  const [named] = item.includes(':') ? await builds.get([item]) : [];
  if (named !== undefined) return named;
  const { rows } = await readableRowsOfItem(request);
  const newestFirst = [...rows].sort((a, b) => b.acquiredAtMs - a.acquiredAtMs);
  const ids = newestFirst.flatMap(({ buildId }) => buildId ?? []);
  const [last] = ids.length === 0 ? [] : await builds.get(ids.slice(0, 1));
  if (last !== undefined) return last;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `No build is known by the name of ${JSON.stringify(item)}.`,
    remedy: 'Name a build, a branch or a card by its id; "kiro-worker status" shows them.',
  });
}
