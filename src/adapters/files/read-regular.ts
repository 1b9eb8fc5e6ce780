import { type BigIntStats, constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

/** What is said of a file that is known already. */
export const TOO_OLD = 'is older than this run';

/** Returns the bytes of a regular file with one name, whole or from its start, or why not, a clause for people. No link is followed.
 *  `known`: stamps of files that do not count. */
export async function readRegular(
  path: string,
  { limitBytes, startBytes, known }: { limitBytes: number; startBytes?: number; known?: ReadonlySet<string> },
): Promise<{ bytes: Uint8Array } | { problem: string }> {
  const found = await lstat(path).catch(() => null);
  if (found !== null && !found.isFile() && !found.isSymbolicLink()) return { problem: 'is not a regular file' };
  // Not blocking: opening a pipe would wait for a writer for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => error);
  if (file instanceof Error) {
    return { problem: file.code === 'ELOOP' ? 'is a link, which is not followed' : `cannot be read (${file.code})` };
  }
  try {
    const stats = await file.stat({ bigint: true });
    const size = Number(stats.size);
    if (!stats.isFile()) return { problem: 'is not a regular file' };
    if (stats.nlink > 1n) return { problem: 'has several names (hard links), one of which may lie elsewhere' };
    if (size > limitBytes) return { problem: `is too large (${size} bytes)` };
    if (known?.has(stampOf(stats))) return { problem: TOO_OLD };
    // No further than it was long, should it still grow.
    const length = Math.min(size, startBytes ?? size);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0);
    return { bytes: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

/** Which file, and written when: the same after it was moved, another after it was written. Compared with nothing but itself,
 *  so that no clock has a say. */
export function stampOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}
