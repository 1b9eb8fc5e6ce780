/** A file of recorded results that differs. */
export interface ChangedSnapshot {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The test that it belongs to is still there. */
  readonly hasOwner: boolean;
  /** That test, or something that it imports, changed as well. */
  readonly isOfChange: boolean;
}

const FEWEST_ENTRIES = 3;

/** Returns whether a path is that of recorded results. */
export function isSnapshot(path: string): boolean {
  return /\.(?:snap|ambr|approved\.\w+|golden)$|\/__snapshots__\/|(?:^|\/)test\/snapshots\/.*\.md$|\.golden\.\w+$/.test(
    path,
  );
}

/** Returns where the test of a recorded result lies by the usual rules: beside the folder, under the same name. */
export function ownersOf(path: string): string[] {
  const [, folder = '', inner = ''] = /^(.*?)(?:__snapshots__|snapshots)\/(.+)$/.exec(path) ?? [];
  if (inner === '') return [path.replace(/\.(?:snap|approved\.\w+|golden)$/, '')];
  const name = inner.replace(/\.(?:snap|md|ambr)$/, '');
  return /\.\w+$/.test(name) && !name.endsWith('.ambr') && !path.endsWith('.ambr')
    ? [`${folder}${name}`]
    : [`${folder}${name.split('/')[0]}.py`];
}

/** Returns what is wrong with a recorded result: written anew in large part though nothing that it records changed, or taken away from a
 *  test that then records whatever comes. Null for any other. */
export function findWholesale({ before, after, hasOwner, isOfChange }: ChangedSnapshot): string | null {
  if (before === null || isOfChange) return null;
  const old = entriesOf(before);
  if (after === null)
    return hasOwner && old.size > 0 ? `all ${old.size} recorded results are gone, and its test is still there` : null;
  const now = entriesOf(after);
  const changed = [...old].filter(([name, text]) => now.has(name) && now.get(name) !== text).length;
  const gone = [...old.keys()].filter((name) => !now.has(name)).length;
  if (changed + gone < Math.min(FEWEST_ENTRIES, old.size) || 2 * (changed + gone) < old.size) return null;
  return `${changed} of ${old.size} recorded results are written anew${gone > 0 ? `, ${gone} are gone` : ''}, and neither its test nor what that imports changed`;
}

/** Entries by name; a file without names is one entry. */
function entriesOf(text: string): Map<string, string> {
  const parts = text.split(/^(?=exports\[`|# name: |## )/m);
  const named = parts.flatMap((part): [string, string][] => {
    const name = /^(?:exports\[`((?:\\.|[^`\\])*)`\]|# name: (.*)|## (.*))/.exec(part);
    return name === null ? [] : [[name[1] ?? name[2] ?? name[3] ?? '', part]];
  });
  return new Map(named.length > 0 ? named : [['', text]]);
}
