import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { version } from 'esbuild';
import * as z from 'zod';
import { isSystemError } from '../../core/system-error.ts';

const Head = z.object({ fingerprint: z.string(), inputs: z.array(z.string()), sha256: z.string() });

export interface KeptBundle {
  /** File that holds it. */
  readonly file: string;
  /** Folder from which the paths of inputs count. */
  readonly root: string;
  /** What esbuild was told, as JSON. */
  readonly options: string;
}

/** Returns a bundle that was made of exactly what would be bundled now; null when there is none, or it is damaged. */
export function readKeptBundle({ file, root, options }: KeptBundle): Uint8Array | null {
  const kept = nullWhereAbsent(() => readFileSync(file));
  const end = kept?.indexOf('\n') ?? -1;
  if (!kept || end < 0) return null;
  const { data: head } = Head.safeParse(parseJson(kept.toString('utf8', 0, end)));
  const code = kept.subarray(end + 1);
  if (head === undefined || sha256(code) !== head.sha256) return null;
  const now = nullWhereAbsent(() => lookAt(head.inputs, { root, options }));
  return now?.fingerprint === head.fingerprint ? new Uint8Array(code) : null;
}

/** Keeps a bundle with what it was made of; does not where the folder cannot be written, or where an input may have changed while it
 *  was being made. */
export function keepBundle(
  { file, root, options }: KeptBundle,
  made: { readonly code: Uint8Array; readonly inputs: readonly string[]; readonly startedAtMs: number },
): void {
  const { code, inputs, startedAtMs } = made;
  const { fingerprint, changedAtMs } = lookAt(inputs, { root, options });
  if (changedAtMs >= startedAtMs) return;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    const head = JSON.stringify({ fingerprint, inputs, sha256: sha256(code) });
    writeFileSync(draft, Buffer.concat([Buffer.from(`${head}\n`), code]));
    renameSync(draft, file);
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
  }
}

/** Returns a hash of all that decides what esbuild makes: its version and options, every file that it took, and the names and
 *  packages of every folder in which it could have found another one; and when any of it changed last. */
function lookAt(inputs: readonly string[], { root, options }: Pick<KeptBundle, 'root' | 'options'>) {
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  let changedAtMs = 0;
  const add = (name: string, content: string | Uint8Array) => {
    hash.update(`\n${name} ${content.length}\n`).update(content);
    changedAtMs = Math.max(changedAtMs, statSync(path.resolve(root, name)).ctimeMs);
  };
  const folders = new Set<string>();
  for (const input of inputs) {
    add(input, readFileSync(path.resolve(root, input)));
    for (let folder = path.dirname(input); !folders.has(folder); folder = path.dirname(folder)) {
      folders.add(folder);
      // Packages may lie outside, where node_modules is a link.
      if (folder === '.' || path.basename(path.dirname(folder)) === '..') break;
    }
  }
  for (const folder of folders) {
    const names = readdirSync(path.resolve(root, folder)).sort();
    add(folder, names.join('\n'));
    for (const name of ['package.json', 'tsconfig.json'])
      if (names.includes(name)) add(path.join(folder, name), readFileSync(path.resolve(root, folder, name)));
  }
  return { fingerprint: hash.digest('hex'), changedAtMs };
}

function nullWhereAbsent<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
