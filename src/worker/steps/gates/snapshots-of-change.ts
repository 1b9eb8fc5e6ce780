import path from 'node:path';
import type { ChangedFile, SourceModel } from '../../../core/gates/integrity/model.ts';
import { type ChangedSnapshot, isSnapshot, ownersOf } from '../../../core/gates/integrity/snapshots.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { SourceParser } from '../../../core/ports/source-parser.ts';
import type { Sides } from './sides.ts';

/** As many files are followed from one test through what they import. */
const MOST_FOLLOWED = 200;
const MOST_SNAPSHOTS = 200;

interface Reading {
  readonly repository: Pick<Repository, 'read'>;
  readonly parser: SourceParser;
}

interface OfChange {
  readonly sides: readonly Sides[];
  readonly files: readonly ChangedFile<SourceModel>[];
  /** Of the head. */
  readonly paths: readonly string[];
  readonly until: string;
}

/** Returns the recorded results that differ, and whether the test of each, or what that imports, differs as well. */
export async function collectSnapshots(reading: Reading, change: OfChange): Promise<ChangedSnapshot[]> {
  const snapshots = change.sides
    .filter(({ path: file, before }) => isSnapshot(file) && before !== null)
    .slice(0, MOST_SNAPSHOTS);
  const present = new Set(change.paths);
  const changed = new Set(change.files.flatMap(({ before, after }) => [before?.path ?? '', after?.path ?? '']));
  const found: ChangedSnapshot[] = [];
  for (const { path: file, before, after } of snapshots) {
    const owner = ownersOf(file).find((one) => present.has(one));
    const isOfChange =
      owner === undefined ? changed.size > 0 : await reaches(owner, { reading, change, present, changed });
    found.push({ path: file, before, after, hasOwner: owner !== undefined, isOfChange });
  }
  return found;
}

interface Following {
  readonly reading: Reading;
  readonly change: OfChange;
  readonly present: ReadonlySet<string>;
  readonly changed: ReadonlySet<string>;
}

/** Whether a changed file is a test, or among what it imports. */
async function reaches(owner: string, { reading, change, present, changed }: Following): Promise<boolean> {
  const seen = new Set([owner]);
  for (const file of seen) {
    if (changed.has(file)) return true;
    if (seen.size > MOST_FOLLOWED) return true;
    const bytes = await reading.repository.read(change.until, file);
    const text = new TextDecoder().decode(bytes ?? new Uint8Array());
    const [model] = await reading.parser.read([{ path: file, text }]);
    for (const imported of model?.imports ?? []) {
      const found = resolve(imported, { from: file, present });
      if (found !== null) seen.add(found);
    }
  }
  return false;
}

/** Returns the file of the repository that an import of JavaScript or Python means; null for a package. */
function resolve(imported: string, { from, present }: { from: string; present: ReadonlySet<string> }): string | null {
  const [, dots, module] = /^(?:from|import)\s+(\.*)([\w.]*)/.exec(imported) ?? [];
  if (module !== undefined) {
    const base = dots
      ? path.posix.join(path.posix.dirname(from), ...Array.from({ length: dots.length - 1 }, () => '..'))
      : '';
    const file = path.posix.join(base, module.replaceAll('.', '/'));
    return (
      [`${file}.py`, `${file}/__init__.py`, `src/${file}.py`, `src/${file}/__init__.py`].find((one) =>
        present.has(one),
      ) ?? null
    );
  }
  if (!imported.startsWith('.')) return null;
  const file = path.posix.join(path.posix.dirname(from), imported);
  const bare = file.replace(/\.[cm]?jsx?$/, '');
  const endings = ['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts'];
  const candidates = [
    file,
    ...[file, bare].flatMap((one) => endings.map((ending) => `${one}.${ending}`)),
    ...endings.map((ending) => `${file}/index.${ending}`),
  ];
  return candidates.find((one) => present.has(one)) ?? null;
}
