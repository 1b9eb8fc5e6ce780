import { Buffer } from 'node:buffer';

/** A path below a repository's root as a string of its bytes (one character per byte), since file names need not be
 *  UTF-8; folders are separated by `/`. */
export type PathBytes = string;

/** Path of a UTF-8 text. */
export function bytesOfPath(path: string): PathBytes {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** For people and rules: bytes that are not UTF-8 become U+FFFD. */
export function textOfPath(path: PathBytes): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** The path below `root` as the file system takes it. */
export function pathBelow(root: string, path: PathBytes): string | Buffer {
  // Strings take Node half the time.
  if (isAscii(path)) return path === '' ? root : `${root}/${path}`;
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}

function isAscii(path: PathBytes): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name may have any of them.
  return /^[\x00-\x7f]*$/.test(path);
}

/** `a/b/c` => `a/b`; empty for a path directly below the root. */
export function parentOf(path: PathBytes): PathBytes {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `a/b/c` => `a`, `a/b`. */
export function foldersAbove(path: PathBytes): PathBytes[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Returns whether a path is one of these, or lies below one of them. */
export function isCovered(path: PathBytes, by: readonly PathBytes[]): boolean {
  return by.some((one) => path === one || path.startsWith(`${one}/`));
}

/** Entries of a NUL-separated list as strings of bytes. */
export function splitNul(bytes: Buffer): string[] {
  return bytes
    .toString('latin1')
    .split('\0')
    .filter((entry) => entry !== '');
}
