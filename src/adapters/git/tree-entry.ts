import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, type Stats, statfsSync } from 'node:fs';
import type { PathBytes } from './path-bytes.ts';

/** GitHub takes no larger file. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;
const CHUNK = Buffer.allocUnsafe(1024 * 1024);
/** A change within the same tick of the kernel's clock would leave the same time behind. */
const SETTLED_MS = 100;

/** What lies at a path: equal entries have equal contents. */
export interface TreeEntry {
  readonly mode: '100644' | '100755' | '120000';
  readonly sizeBytes: number;
  /** Id that git gives to these bytes, or to a link's target, as they are; empty for a file that is too large to be read. */
  readonly hash: string;
  /** Further names of the same file may lie anywhere. */
  readonly hasOtherNames: boolean;
  /** Null for a file. */
  readonly linkTarget: PathBytes | null;
  /** What the kernel says of the file, which no program can set: while it is the same, so are the contents. Null where a change might
   *  leave it as it is. */
  readonly stamp: { readonly inode: number; readonly changedAtMs: number } | null;
}

export type Snapshot = ReadonlyMap<PathBytes, TreeEntry>;

/** How entries are read. */
export interface Reading {
  /** Hash of git's objects. */
  readonly algorithm: HashAlgorithm;
  /** Entries as they were read before, by path: one with the same stamp is not read again. */
  readonly known: Snapshot;
  /** Object whose bytes a file has for sure, since nobody but a check-out has written it: it is not read. */
  readonly objectOf?: (path: PathBytes) => string | undefined;
  /** The file system notes each change of a file. */
  readonly hasStamps: boolean;
  /** Nobody but the worker has written to the tree: files of any size are read. */
  readonly isOwn?: boolean;
}

/** Of ext4, xfs and btrfs (linux/magic.h): the first write to a mapped page is noted too, which tmpfs leaves out. */
const NOTING_FILE_SYSTEMS = new Set([0xef53, 0x58465342, 0x9123683e]);

/** Returns whether the file system of a folder notes each change of a file. */
export function notesChanges(folder: string): boolean {
  return process.platform === 'linux' && NOTING_FILE_SYSTEMS.has(statfsSync(folder).type);
}

export type HashAlgorithm = 'sha1' | 'sha256';

/** Returns the hash that an id of git was made with. */
export function hashAlgorithmOf(id: string): HashAlgorithm {
  return id.length === 64 ? 'sha256' : 'sha1';
}

/** Returns whether two entries are the same file or link for git. */
export function isSameEntry(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  return isSameContent(one, other) && one?.mode === other?.mode;
}

/** Returns whether two entries have the same bytes, whatever their executable bits. */
export function isSameContent(one: TreeEntry | undefined, other: TreeEntry | undefined): boolean {
  if (one === undefined || other === undefined || one.hash === '') return false;
  return one.hash === other.hash && (one.mode === '120000') === (other.mode === '120000');
}

/** Returns the entry of a link or file, null for anything else. Throws when it cannot be read; follows no link. */
export function readEntry(
  { path, place, stats }: { path: PathBytes; place: string | Buffer; stats: Stats },
  reading: Reading,
): TreeEntry | null {
  if (stats.isSymbolicLink()) return readLink(place, reading);
  if (!stats.isFile()) return null;
  const known = reading.known.get(path);
  if (known !== undefined && isUntouched(stats, known)) return known;
  const hash = reading.objectOf?.(path);
  if (hash !== undefined) return { ...factsOf(stats, reading), hash };
  return readFile(place, { ...reading, readableBytes: reading.isOwn ? stats.size : known?.sizeBytes });
}

function isUntouched({ ino, ctimeMs, size }: Stats, { stamp, sizeBytes, linkTarget }: TreeEntry): boolean {
  return stamp?.inode === ino && stamp.changedAtMs === ctimeMs && sizeBytes === size && linkTarget === null;
}

function factsOf({ size, mode, nlink, ino, ctimeMs }: Stats, { hasStamps }: Pick<Reading, 'hasStamps'>) {
  return {
    mode: mode & 0o100 ? ('100755' as const) : ('100644' as const),
    sizeBytes: size,
    hasOtherNames: nlink > 1,
    linkTarget: null,
    stamp: hasStamps && ctimeMs < Date.now() - SETTLED_MS ? { inode: ino, changedAtMs: ctimeMs } : null,
  };
}

function readLink(place: string | Buffer, { algorithm }: Reading): TreeEntry {
  const target = readlinkSync(place, { encoding: 'buffer' });
  const hash = startHash(algorithm, target.length).update(target).digest('hex');
  const linkTarget = target.toString('latin1');
  return { mode: '120000', sizeBytes: target.length, hash, hasOtherNames: false, linkTarget, stamp: null };
}

/** A file above GitHub's limit is read only when it has exactly `readableBytes`. */
function readFile(
  place: string | Buffer,
  { algorithm, readableBytes, ...reading }: Reading & { readableBytes: number | undefined },
): TreeEntry {
  const { file, stats } = openFile(place);
  try {
    const isReadable = stats.size <= MAX_FILE_BYTES || stats.size === readableBytes;
    return { ...factsOf(stats, reading), hash: isReadable ? hashOf(file, { sizeBytes: stats.size, algorithm }) : '' };
  } finally {
    closeSync(file);
  }
}

/** Opens a regular file for reading; never follows a link, and does not wait for a pipe's other end. Returns the
 *  descriptor. Throws for anything else. */
export function openRegular(place: string | Buffer): number {
  return openFile(place).file;
}

function openFile(place: string | Buffer): { file: number; stats: Stats } {
  const file = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stats = fstatSync(file);
  if (stats.isFile()) return { file, stats };
  closeSync(file);
  throw new Error(`${place.toString()} is no longer a regular file.`);
}

/** Reads no further than the size that the file had, so that a file that grows ends nothing. */
function hashOf(file: number, { sizeBytes, algorithm }: { sizeBytes: number; algorithm: HashAlgorithm }): string {
  const hash = startHash(algorithm, sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const count = readSync(file, CHUNK, 0, Math.min(CHUNK.length, sizeBytes - at), at);
    if (count === 0) break;
    hash.update(CHUNK.subarray(0, count));
    at += count;
  }
  return hash.digest('hex');
}

function startHash(algorithm: HashAlgorithm, sizeBytes: number) {
  return createHash(algorithm).update(`blob ${sizeBytes}\0`);
}
