import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from '../adapters/git/git-process.ts';
import { isCovered, type PathBytes, pathBelow, splitNul, textOfPath } from '../adapters/git/path-bytes.ts';

/** What a clone of a folder would have: names of files and links, and the repositories in it. */
export interface FolderListing {
  readonly folder: string;
  readonly files: readonly PathBytes[];
  /** Submodules that are checked out and, in a folder that is no repository itself, any repository in it. */
  readonly inner: ReadonlyArray<{ readonly at: PathBytes; readonly listing: FolderListing }>;
  /** Places of submodules that are not checked out, and of repositories that nobody named as one: no clone has their files. */
  readonly absent: readonly PathBytes[];
}

interface ListingTools {
  /** Git of a git folder without an index, whose `info/exclude` counts. */
  readonly git: Git;
  readonly openGit: (gitDirectory: string) => Promise<Git>;
}

const SUBMODULE = '160000';

/** Lists a folder as git would take it: what its repository tracks, also where .gitignore names it, and what .gitignore does not
 *  name. Nothing of the folder runs. Throws GIT_FAILED. */
export async function listFolder(tools: ListingTools, folder: string): Promise<FolderListing> {
  const others = await tools.git.must(['ls-files', '--others', '--exclude-standard', '-z'], { workTree: folder });
  const found = splitNul(others.stdout);
  const tracked = await trackedIn(tools, folder);
  const isRepository = tracked !== null;
  const nested = found.filter((one) => one.endsWith('/')).map((one) => one.slice(0, -1));
  const links = (tracked ?? []).flatMap(({ mode, file }) => (mode === SUBMODULE ? [file] : []));
  const named = new Set([...links, ...(await namedIn(folder))]);
  const places = [...new Set([...nested, ...links])];
  const isHere = (at: PathBytes) => existsSync(pathBelow(folder, `${at}/.git`)) && (!isRepository || named.has(at));
  const inner = [];
  for (const at of places.filter(isHere))
    inner.push({ at, listing: await listFolder(tools, path.join(folder, textOfPath(at))) });
  const kept = (tracked ?? []).flatMap(({ mode, file }) => (mode === SUBMODULE ? [] : [file]));
  const files = [...new Set([...found.filter((one) => !one.endsWith('/')), ...kept])];
  return {
    folder,
    files: files.filter((file) => !isCovered(file, places)),
    inner,
    absent: places.filter((at) => !isHere(at)),
  };
}

/** Null where the folder is no git repository. */
async function trackedIn(
  { openGit }: ListingTools,
  folder: string,
): Promise<Array<{ mode: string; file: PathBytes }> | null> {
  const directory = await gitDirectoryOf(folder);
  if (directory === null) return null;
  const { exitCode, stdout } = await (await openGit(directory)).run(['ls-files', '--stage', '-z']);
  if (exitCode !== 0) return null;
  return splitNul(stdout).map((line) => ({ mode: line.slice(0, 6), file: line.slice(line.indexOf('\t') + 1) }));
}

/** In work trees and submodules `.git` is a file that says where it is. */
async function gitDirectoryOf(folder: string): Promise<string | null> {
  const place = path.join(folder, '.git');
  const found = await stat(place).catch(() => null);
  if (found === null || found.isDirectory()) return found && place;
  const [, written] = /^gitdir: (.+)$/m.exec(await readFile(place, 'utf8')) ?? [];
  return written === undefined ? null : path.resolve(folder, written);
}

async function namedIn(folder: string): Promise<PathBytes[]> {
  const text = await readFile(path.join(folder, '.gitmodules'), 'latin1').catch(() => '');
  return [...text.matchAll(/^\s*path\s*=\s*"?([^"\n]+?)"?\s*$/gm)].map(([, at = '']) => at);
}

/** Returns every name of a listing, with those of the repositories in it. */
export function namesOf({ files, inner }: FolderListing): PathBytes[] {
  return [...files, ...inner.flatMap(({ at, listing }) => namesOf(listing).map((file) => `${at}/${file}`))];
}

/** Returns the places of all repositories whose files no clone has. */
export function absentIn({ absent, inner }: FolderListing): string[] {
  const below = inner.flatMap(({ at, listing }) => absentIn(listing).map((one) => `${textOfPath(at)}/${one}`));
  return [...absent.map(textOfPath), ...below];
}
