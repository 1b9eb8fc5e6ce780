import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readRegular } from '../../../src/adapters/files/read-regular.ts';
import { textOfPath } from '../../../src/adapters/git/path-bytes.ts';
import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import type { WorkspaceFiles } from '../../../src/core/ports/workspace-files.ts';
import type { RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import { readRulesFile } from '../../../src/core/repository/rules-file.ts';
import { type FolderListing, namesOf } from '../../../src/local/folder-listing.ts';
import { filesOfCommit } from '../../../src/worker/steps/baseline/commit-files.ts';
import type { RepositoryReport } from './report.ts';

/** Returns the files of a folder that a clone of it would have, as detection looks at them. */
export function filesOfListing(listing: FolderListing): Pick<WorkspaceFiles, 'look'> {
  const { folder } = listing;
  const isRegular = (file: string) => lstatSync(path.join(folder, file), { throwIfNoEntry: false })?.isFile() === true;
  const names = namesOf(listing).map(textOfPath).filter(isRegular);
  const read = async (_: string, file: string) => {
    const found = await readRegular(path.join(folder, file), { limitBytes: Number.POSITIVE_INFINITY });
    return 'bytes' in found ? found.bytes : null;
  };
  const files = filesOfCommit({ paths: async () => names, read }, '');
  return {
    look: async (inside, wanted) =>
      (await files.look(inside, wanted)) ?? (inside === '.' ? { paths: [], texts: {} } : null),
  };
}

/** Returns a problem for each file of a folder whose name is nearly the one of the rules, which nothing reads. */
export async function misnamedRules(folder: string): Promise<RepositoryReport['problems']> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^\.?kiro[-_.]?worker\.ya?ml$/i.test(name) && name !== REPOSITORY_FILE)
    .map((name) => ({
      message: `${name} is not read; did you mean ${REPOSITORY_FILE}?`,
      remedy: names.includes(REPOSITORY_FILE)
        ? `Delete it, or move what it says into ${REPOSITORY_FILE}.`
        : `Rename it: git mv ${name} ${REPOSITORY_FILE}`,
    }));
}

/** Returns the root of the work tree that a folder is in, the folder itself where it is in none. */
export function workTreeOf(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (lstatSync(path.join(at, '.git'), { throwIfNoEntry: false }) !== undefined) return at;
    if (at === path.dirname(at)) return folder;
  }
}

/** Returns the rules in a folder as a build reads them of a branch, null where there are none. Throws REPOSITORY_FILE_INVALID. */
export async function readRules(folder: string): Promise<RepositorySettings | null> {
  const place = path.join(folder, REPOSITORY_FILE);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const kind = found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'folder' : 'file';
  const read = kind === 'file' ? await readRegular(place, { limitBytes: 1024 * 1024 }) : null;
  const text = read !== null && 'bytes' in read ? new TextDecoder().decode(read.bytes) : null;
  return readRulesFile({ kind, size: kind === 'file' ? found.size : 0, text }, `${REPOSITORY_FILE} in ${folder}`);
}
