import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Files } from '../../gates/rows.ts';
import { fetchSource } from '../matrix/fetch.ts';
import type { Source } from '../matrix/row.ts';
import { unpackSource } from '../matrix/unpack.ts';

const MOST_BYTES = 1_000_000;

/** Returns the texts of a release by their path; what is no text, or larger than 1 MB, is left out. */
export async function readRelease(source: Source): Promise<Files> {
  const file = await fetchSource(source);
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-release-'));
  try {
    await unpackSource(source, { file, to: path.join(folder, 'all') });
    const entries = await readdir(path.join(folder, 'all'), { recursive: true, withFileTypes: true });
    const files: [string, string][] = [];
    for (const entry of entries.filter((one) => one.isFile())) {
      const place = path.join(entry.parentPath, entry.name);
      const bytes = await readFile(place);
      const text = bytes.toString('utf8');
      if (bytes.length > MOST_BYTES || /[\0\uFFFD]/.test(text)) continue;
      files.push([path.relative(path.join(folder, 'all'), place), text]);
    }
    return Object.fromEntries(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns a change that leaves exactly the later files. */
export function changeBetween(before: Files, later: Files): { before: Files; after: Files } {
  const gone = Object.fromEntries(Object.keys(before).map((file) => [file, null]));
  return { before, after: { ...gone, ...later } };
}
