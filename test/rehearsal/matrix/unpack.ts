import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Source } from './row.ts';

const run = promisify(execFile);

/** Unpacks a package's file into a new folder, without the folder that all of it lies in. */
export async function unpackSource(source: Source, { file, to }: { file: string; to: string }): Promise<void> {
  await mkdir(to, { recursive: true });
  if (source.client === 'npm' || source.client === 'pip') {
    await run('tar', [
      '-xzf',
      file,
      '-C',
      to,
      '--strip-components=1',
      '--no-same-owner',
      '--warning=no-unknown-keyword',
    ]);
    return;
  }
  const prefix = outerFolder(source);
  for (const [name, content] of Object.entries(unzipSync(new Uint8Array(await readFile(file))))) {
    if (!name.startsWith(prefix)) throw new Error(`${name} of ${file} lies outside of ${prefix}`);
    if (name.endsWith('/')) continue;
    const place = path.join(to, name.slice(prefix.length));
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
}

/** Folder that all files of a module or a source release lie in; jars have none. */
function outerFolder({ client, name, version, file }: Source): string {
  if (client === 'go') return `${name}@${version}/`;
  return file === 'zip:source-release' ? `${name.split(':')[1]}-${version}/` : '';
}
