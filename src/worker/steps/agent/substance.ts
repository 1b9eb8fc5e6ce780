import type { Repository, StagedWork } from '../../../core/ports/repository.ts';
import type { FileChange } from '../../../core/repository/file-change.ts';
import { isBlankChange } from '../../../core/repository/text-change.ts';
import { isWork } from './agent-changes.ts';

/** Returns null when one of the changes is work, else why none of them is, words that go on after the name of a task. */
export async function whyNoWork(
  repository: Pick<Repository, 'read'>,
  { work, changes, head }: { work: Pick<StagedWork, 'read'>; changes: readonly FileChange[]; head: string },
): Promise<string | null> {
  const candidates = changes.filter(isWork);
  if (candidates.length === 0) return 'without changing a file';
  for (const change of candidates) if (await hasSubstance(repository, { work, change, head })) return null;
  const names = candidates.slice(0, 5).map(({ path }) => path);
  return `with nothing but file modes, white space or empty files: ${names.join(', ')}`;
}

async function hasSubstance(
  repository: Pick<Repository, 'read'>,
  { work, change: { path, kind }, head }: { work: Pick<StagedWork, 'read'>; change: FileChange; head: string },
): Promise<boolean> {
  if (kind === 'deleted') return true;
  const after = await work.read(path);
  const before = kind === 'added' ? new Uint8Array() : await repository.read(head, path);
  // What cannot be compared, such as a file that has become a link, counts as work.
  return after === null || before === null || !isBlankChange({ path, before, after });
}
