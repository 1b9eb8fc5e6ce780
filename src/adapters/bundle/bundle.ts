import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, type BuildOptions, build, formatMessages } from 'esbuild';
import { WorkerError } from '../../core/errors.ts';
import { type KeptBundle, keepBundle, readKeptBundle } from './kept-bundle.ts';

/** Root of the repository, where node_modules, buildspec.yml and package.json lie. */
export const REPOSITORY_ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

export interface BundleOptions {
  /** Path of the entry, from the repository's root. */
  readonly entry: string;
  /** Smaller, but stack traces show places in one long line. */
  readonly minify: boolean;
}

/** Returns one ESM file that runs on Node 24 with nothing beside it; the same sources give the same bytes, and are bundled once: what
 *  was made of them is kept beside the packages. Throws RELEASE_INVALID naming what esbuild could not resolve or parse. */
export async function bundle({ entry, minify }: BundleOptions): Promise<Uint8Array> {
  const options = {
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ESM builds of the AWS SDK can be tree-shaken, its CommonJS ones cannot.
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minify,
    legalComments: 'eof',
    charset: 'utf8',
  } satisfies BuildOptions;
  const kept = placeOf({ entry, minify }, options);
  return (kept && readKeptBundle(kept)) ?? make(entry, { options, kept });
}

async function make(
  entry: string,
  { options, kept }: { options: BuildOptions; kept: KeptBundle | null },
): Promise<Uint8Array> {
  const startedAtMs = Date.now();
  const result = await build({
    ...options,
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: [entry],
    write: false,
    metafile: true,
    logLevel: 'silent',
  }).catch(async (failure: BuildFailure) => {
    throw await invalid(entry, failure);
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}.`);
  if (kept) keepBundle(kept, { code: output.contents, inputs: Object.keys(result.metafile.inputs), startedAtMs });
  return output.contents;
}

/** Null for an entry of somewhere else. */
function placeOf({ entry, minify }: BundleOptions, options: BuildOptions): KeptBundle | null {
  if (path.isAbsolute(entry)) return null;
  const name = `${entry.replaceAll('/', '-')}-${minify ? 'small' : 'readable'}`;
  const file = path.join(REPOSITORY_ROOT, 'node_modules/.cache/kiro-worker', name);
  return { file, root: REPOSITORY_ROOT, options: JSON.stringify(options) };
}

/** CommonJS packages ask for Node's own modules by `require`, which an ESM file has not. */
const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

async function invalid(entry: string, failure: BuildFailure): Promise<WorkerError> {
  const problems = await formatMessages(failure.errors ?? [], { kind: 'error' });
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what: `${entry} cannot be bundled.`,
    problems: problems.map((problem) => problem.trim()),
    remedy: 'Run "npm ci", and correct what the messages name.',
    cause: failure,
  });
}
