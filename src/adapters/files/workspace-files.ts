import { type Dirent, lstatSync } from 'node:fs';
import { lstat, readdir, realpath, unlink } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import type { ReportFile, WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { lookInto } from './look-into.ts';
import { readRegular, stampOf, TOO_OLD } from './read-regular.ts';

const FILE_LIMIT_BYTES = 50 * 1024 * 1024;
const TOTAL_LIMIT_BYTES = 100 * 1024 * 1024;
const MATCH_LIMIT = 2000;
const VISIT_LIMIT = 300_000;
const NEVER_ENTERED = new Set(['node_modules', '.git']);

interface Limits {
  readonly fileBytes: number;
  readonly totalBytes: number;
}

/** Opens a workspace to steps. No link is ever followed, nothing but regular files is read, and each only up to 50 MB
 *  (100 MB in all). Nothing untrusted may run meanwhile. */
export function createWorkspaceFiles(
  workspace: string,
  limits: Limits = { fileBytes: FILE_LIMIT_BYTES, totalBytes: TOTAL_LIMIT_BYTES },
): WorkspaceFiles {
  return {
    async look(folder, wanted) {
      return (await isRealFolder(workspace, folder)) ? lookInto(join(workspace, folder), wanted) : null;
    },
    realRoot: () => realpath(workspace),
    fileIn: (folder) => (path) => isRegularFile(join(workspace, folder), path),
    async watch({ folder, patterns }) {
      const root = join(workspace, folder);
      const reachable = await isRealFolder(workspace, folder);
      const named = patterns.filter((pattern) => !isWandering(pattern));
      const stale = reachable ? await findMatches(root, named) : { paths: [], problems: [] };
      for (const path of stale.paths) await unlink(join(root, path));
      const known = reachable ? await stampsBelow(root) : new Set<string>();
      return {
        removed: stale.paths,
        collect: async (wanted) =>
          (await isRealFolder(workspace, folder))
            ? collect(root, { patterns: wanted, known, limits })
            : { files: [], problems: [`The folder ${folder} is gone, or a link stands in its place.`] },
      };
    },
  };
}

async function collect(
  root: string,
  { patterns, known, limits }: { patterns: readonly string[]; known: ReadonlySet<string>; limits: Limits },
) {
  const { paths, problems } = await findMatches(root, patterns);
  const isNamed = picomatch(
    patterns.filter((pattern) => !isWandering(pattern)),
    { dot: true },
  );
  const files: ReportFile[] = [];
  let left = limits.totalBytes;
  for (const path of paths) {
    const read = await readRegular(join(root, path), { limitBytes: Math.min(left, limits.fileBytes), known });
    if ('problem' in read) {
      if (read.problem === TOO_OLD && !isNamed(path)) continue;
      problems.push(`${path} ${read.problem}.`);
    } else {
      left -= read.bytes.length;
      files.push({ path, bytes: read.bytes });
    }
  }
  return { files, problems };
}

/** Whether a pattern leads into folders that nobody named. */
function isWandering(pattern: string): boolean {
  return /^\*+\//.test(pattern);
}

/** Stamps of the regular files below a folder, as far as reports are looked for. */
async function stampsBelow(root: string): Promise<Set<string>> {
  const stamps = new Set<string>();
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined && stamps.size < VISIT_LIMIT; folder = pending.pop()) {
    const entries = await listFolder(folder);
    for (const entry of typeof entries === 'string' ? [] : entries) {
      const name = entry.name.toString('utf8');
      if (entry.isDirectory() && !NEVER_ENTERED.has(name)) pending.push(join(folder, name));
      if (!entry.isFile()) continue;
      const stats = lstatSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined) stamps.add(stampOf(stats));
    }
  }
  return stamps;
}

/** Paths below `root` that match, links included; a link is never entered. */
async function findMatches(root: string, patterns: readonly string[]) {
  const found = new Set<string>();
  const problems: string[] = [];
  let visited = 0;
  for (const { start, isMatch, isGlob, depth, shown, ...walk } of walksOf(patterns)) {
    const obstacle = await firstLink(root, start);
    if (obstacle !== null) problems.push(`${obstacle} is a link, which is not followed.`);
    const pending = obstacle === null ? [join(root, start)] : [];
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const entries = await listFolder(folder);
      // What nobody may read in there was not meant.
      const isProblem = typeof entries === 'string' && !(walk.isWandering && entries === UNREADABLE);
      if (isProblem) problems.push(`${shown} leads into a folder that ${entries}.`);
      for (const entry of typeof entries === 'string' ? [] : entries) {
        visited += 1;
        const name = entry.name.toString('utf8');
        const path = relative(root, join(folder, name)).split(sep).join('/');
        if (!Buffer.from(name).equals(entry.name)) {
          if (isMatch(path)) problems.push(`${path} has a name that is not UTF-8.`);
          continue;
        }
        const inner = entry.isDirectory() && !NEVER_ENTERED.has(name);
        if (inner && isGlob && path.split('/').length < depth) pending.push(join(folder, name));
        if (!entry.isDirectory() && isMatch(path)) found.add(path);
      }
      if (visited > VISIT_LIMIT || found.size > MATCH_LIMIT) {
        return { paths: [], problems: [`${shown} matches, or leads through, too many files.`] };
      }
    }
  }
  return { paths: [...found].sort(), problems };
}

interface Walk {
  /** Folder that it begins in, relative to the root. */
  readonly start: string;
  readonly isMatch: (path: string) => boolean;
  readonly isGlob: boolean;
  readonly depth: number;
  /** The patterns, for people. */
  readonly shown: string;
  readonly isWandering: boolean;
}

/** One walk for all patterns that start in the same folder. */
function walksOf(patterns: readonly string[]): Walk[] {
  const groups = Map.groupBy(patterns, (pattern) => {
    const { base, isGlob } = picomatch.scan(pattern);
    return `${isGlob} ${isWandering(pattern)} ${isGlob ? base : parentOf(base)}`;
  });
  return [...groups.values()].map((same) => {
    const [{ base, isGlob }] = [picomatch.scan(same[0] ?? '')];
    const depths = same.map((pattern) =>
      pattern.includes('**') ? Number.POSITIVE_INFINITY : pattern.split('/').length,
    );
    return {
      start: isGlob ? base : parentOf(base),
      isMatch: picomatch(same, { dot: true }),
      isGlob,
      depth: Math.max(...depths),
      shown: same.join(', '),
      isWandering: same.every(isWandering),
    };
  });
}

const UNREADABLE = 'nobody may read';

/** Entries of a folder, none when it is not there; a word when it cannot be read. */
async function listFolder(folder: string): Promise<Dirent<Buffer>[] | string> {
  try {
    return await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    if (code === 'ENAMETOOLONG') return 'lies too deep';
    if (code === 'EACCES' || code === 'EPERM') return UNREADABLE;
    throw error;
  }
}

async function isRealFolder(workspace: string, folder: string): Promise<boolean> {
  if ((await firstLink(workspace, folder)) !== null) return false;
  return (await lstat(join(workspace, folder)).catch(() => null))?.isDirectory() === true;
}

function isRegularFile(root: string, path: string): boolean {
  const parts = path.split('/');
  return parts.every((part, at) => {
    if (part === '' || part === '..' || part.includes('\0')) return false;
    const found = lstatSync(join(root, ...parts.slice(0, at + 1)), { throwIfNoEntry: false });
    return at === parts.length - 1 ? found?.isFile() === true : found?.isDirectory() === true;
  });
}

/** The first component of `path` below `root` that is a link, null when there is none. */
async function firstLink(root: string, path: string): Promise<string | null> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (const [index] of parts.entries()) {
    const above = parts.slice(0, index + 1).join('/');
    const stats = await lstat(join(root, above)).catch(() => null);
    if (stats === null) return null;
    if (stats.isSymbolicLink()) return above;
  }
  return null;
}

function parentOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
