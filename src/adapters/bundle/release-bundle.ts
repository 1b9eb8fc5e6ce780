import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { wasmFiles } from '../parsers/wasm-files.ts';
import { bundle, REPOSITORY_ROOT } from './bundle.ts';

export interface Release {
  /** What lies at `releases/{hash}/worker.zip` and is unpacked as the source of a build; made when it is first asked for. */
  readonly zip: Uint8Array;
  /** SHA-256 (hex) of the manifest, which names the SHA-256 of every other file: of the content, not of the zip. */
  readonly hash: string;
  readonly files: readonly string[];
}

/** Returns the worker as a release: buildspec.yml, worker/main.mjs with the thread and the grammars of its parser, and manifest.json. The same sources and
 *  dependencies give the same bytes on every machine. Throws RELEASE_INVALID when it cannot be bundled. */
export async function buildRelease(options: { readonly workerEntry?: string } = {}): Promise<Release> {
  const { workerEntry = 'src/worker/main.ts' } = options;
  const [worker, parser, buildspec, packageJson] = await Promise.all([
    bundle({ entry: workerEntry, minify: false }),
    readParser(),
    readFile(join(REPOSITORY_ROOT, 'buildspec.yml')),
    readFile(join(REPOSITORY_ROOT, 'package.json'), 'utf8'),
  ]);
  const content = { 'buildspec.yml': new Uint8Array(buildspec), 'worker/main.mjs': worker, ...parser };
  const { name, version } = JSON.parse(packageJson) as { name: string; version: string };
  const manifest = {
    schema: 1,
    name,
    version,
    node: '24',
    files: Object.fromEntries(Object.entries(content).map(([path, bytes]) => [path, sha256(bytes)])),
  };
  const manifestBytes = strToU8(`${JSON.stringify(manifest, null, 2)}\n`);
  const all = { ...content, 'manifest.json': manifestBytes };
  return withZip({ hash: sha256(manifestBytes), files: Object.keys(all).sort() }, all);
}

/** Returns the facts with a zip that is made when it is first asked for: what is stored already needs none. */
export function withZip<T extends object>(
  facts: T,
  content: Readonly<Record<string, Uint8Array>>,
): T & { readonly zip: Uint8Array } {
  let zip: Uint8Array | undefined;
  return Object.defineProperty({ ...facts, zip: new Uint8Array() }, 'zip', {
    enumerable: true,
    get: () => {
      zip ??= zipReproducibly(content);
      return zip;
    },
  });
}

/** What the worker's parser finds beside itself. */
async function readParser(): Promise<Record<string, Uint8Array>> {
  const files = [...wasmFiles()].map(
    async ([name, path]) => [`worker/${name}`, new Uint8Array(await readFile(path))] as const,
  );
  const thread = await bundle({ entry: 'src/adapters/parsers/parser-thread.ts', minify: false });
  return { 'worker/parser-thread.mjs': thread, ...Object.fromEntries(await Promise.all(files)) };
}

/** Returns a zip of the same bytes everywhere: entries contain a local time, and fflate takes it from the Date's local fields. */
export function zipReproducibly(content: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const mtime = new Date(1980, 0, 1);
  const entries = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  const files: Zippable = Object.fromEntries(
    entries.map(([path, bytes]) => [path, [bytes, { mtime, os: 3, attrs: 0o100644 << 16 }]]),
  );
  return zipSync(files, { level: 6 });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
