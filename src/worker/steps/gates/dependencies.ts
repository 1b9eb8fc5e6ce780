import { type DependencyChanges, type FileText, findDependencyChanges } from '../../../core/gates/dependencies/gate.ts';
import { isLockPath, roleOf, VARIABLES } from '../../../core/gates/dependencies/read-file.ts';
import { listPaths } from '../../../core/gates/finding.ts';
import type { GateResult } from '../../../core/gates/gate.ts';
import { type Policies, resultByPolicy } from '../../../core/gates/policy.ts';
import type { CommittedBlob, CommittedChange } from '../../../core/ports/git-objects.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import { decodeManifest } from '../../../core/repository/ecosystems/manifest-text.ts';

export interface DependencyContext {
  readonly repository: Pick<Repository, 'objects' | 'paths' | 'find' | 'changedFiles'>;
}

const LIMITS = { eachBytes: 32 * 1024 * 1024, allBytes: 256 * 1024 * 1024 };
const MOST_LOCKS = 20;
/** Documents may speak of variables. */
const DOCUMENT = /\.(?:md|mdx|rst|adoc|txt)$/i;

/** Lets the gate judge what `from`..`head` changes about dependencies; throws only what git cannot read. */
export async function judgeDependencies(
  { repository }: DependencyContext,
  { from, head, policies }: { from: string; head: string; policies: Policies },
): Promise<GateResult<'dependencies'>> {
  const changes = await repository.objects.changes({ since: from, until: head });
  const files = await readChanged(repository, changes);
  const isNewLock = files.some(({ path, before, after }) => isLockPath(path) && before === null && after !== null);
  const lines = await repository.changedFiles({ since: from, until: head, linesMatch: VARIABLES });
  const findings = findDependencyChanges({
    files,
    others: isNewLock ? await readLocks(repository, from) : [],
    variables: lines.filter((path) => !DOCUMENT.test(path)),
  });
  const detail = findings.length === 0 ? 'No dependency changed.' : `Dependencies changed: ${listPaths(findings)}.`;
  return resultByPolicy({ gate: 'dependencies', detail, findings }, policies);
}

async function readChanged(
  { objects }: DependencyContext['repository'],
  changes: readonly CommittedChange[],
): Promise<DependencyChanges['files']> {
  const wanted = changes.flatMap(sidesOf);
  const ids = wanted.flatMap(({ path, before, after }) =>
    roleOf(path)?.kind === 'facts' ? [before, after].flatMap((blob) => (blob?.kind === 'file' ? [blob.id] : [])) : [],
  );
  const contents = await objects.contents(ids, LIMITS);
  const text = (path: string, blob: CommittedBlob | null): FileText => {
    if (blob === null) return null;
    if (blob.kind !== 'file') return { problem: `it is a ${blob.kind}, no file` };
    if (roleOf(path)?.kind !== 'facts') return '';
    const bytes = contents.get(blob.id) ?? null;
    return bytes === null ? { problem: 'it is too large' } : decodeManifest(path, bytes);
  };
  return wanted.map(({ path, before, after }) => ({ path, before: text(path, before), after: text(path, after) }));
}

type Sides = Pick<CommittedChange, 'path' | 'before' | 'after'>;

/** A file that was moved within its kind is compared with what it was; else it is gone at one path, and new at the other. */
function sidesOf({ path, formerPath, before, after }: CommittedChange): Sides[] {
  const isOfOneKind = nameOf(path) === nameOf(formerPath);
  const sides = isOfOneKind
    ? [{ path, before, after }]
    : [
        { path: formerPath, before, after: null },
        { path, before: null, after },
      ];
  return sides.filter((side) => roleOf(side.path) !== null);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Lock files of the base line show which registries are usual where a new one has nothing to compare with. */
async function readLocks(
  repository: DependencyContext['repository'],
  from: string,
): Promise<DependencyChanges['others']> {
  const paths = (await repository.paths(from)).filter(isLockPath).slice(0, MOST_LOCKS);
  const entries = await Promise.all(paths.map((path) => repository.find(from, path)));
  const files = paths.flatMap((path, at) => (entries[at]?.kind === 'file' ? [{ path, id: entries[at].id }] : []));
  const ids = files.map(({ id }) => id);
  const contents = await repository.objects.contents(ids, LIMITS);
  return files.flatMap(({ path, id }) => {
    const bytes = contents.get(id) ?? null;
    return bytes === null ? [] : [{ path, text: decodeManifest(path, bytes) }];
  });
}
