import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeManifest } from '../../core/repository/ecosystems/manifest-text.ts';
import { type FileTree, MOST_PATHS, type WantedText } from '../../core/repository/file-tree.ts';
import { readRegular } from './read-regular.ts';

const LIMITS = {
  paths: MOST_PATHS,
  fileBytes: 1024 * 1024,
  startBytes: 16 * 1024,
  manifests: 500,
  starts: 300,
  totalBytes: 16 * 1024 * 1024,
};
/** Folders that hold nothing of a person's, or that nobody wants to know. */
const NEVER_ENTERED = new Set(['node_modules', '.git', '.venv', '__pycache__']);

/** Returns paths of the regular files below a real folder, shallow ones first, and the text of those that are wanted. Links are not
 *  followed; left out are names that are not UTF-8, and what is beyond the limits: 20,000 paths, 500 whole files of 1 MB, the first 16 KB
 *  of 300 others, 16 MB in all. */
export async function lookInto(root: string, wanted: (path: string) => WantedText): Promise<FileTree> {
  const paths = await listBreadthFirst(root);
  const of = (kind: WantedText) => paths.filter((path) => wanted(path) === kind);
  const texts: Record<string, string> = {};
  let bytesLeft = LIMITS.totalBytes;
  const keep = async (path: string, limit: Parameters<typeof readRegular>[1]) => {
    const read = await readRegular(join(root, path), limit);
    if (!('bytes' in read)) return;
    texts[path] = decodeManifest(path, read.bytes);
    bytesLeft -= read.bytes.length;
  };
  for (const path of of('whole').slice(0, LIMITS.manifests)) {
    await keep(path, { limitBytes: Math.min(bytesLeft, LIMITS.fileBytes) });
  }
  for (const path of of('start').slice(0, LIMITS.starts)) {
    await keep(path, { limitBytes: Number.POSITIVE_INFINITY, startBytes: Math.min(bytesLeft, LIMITS.startBytes) });
  }
  return { paths, texts };
}

async function listBreadthFirst(root: string): Promise<string[]> {
  const paths: string[] = [];
  const pending = [''];
  for (let folder = pending.shift(); folder !== undefined && paths.length < LIMITS.paths; folder = pending.shift()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const name = entry.name.toString('utf8');
      if (!Buffer.from(name).equals(entry.name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      if (entry.isDirectory() && !NEVER_ENTERED.has(name)) pending.push(path);
      else if (entry.isFile()) paths.push(path);
    }
  }
  return paths.slice(0, LIMITS.paths);
}
