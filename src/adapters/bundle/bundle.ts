import { fileURLToPath } from 'node:url';
import { type BuildFailure, build, formatMessages } from 'esbuild';
import { WorkerError } from '../../core/errors.ts';

/** Root of the repository, where node_modules, buildspec.yml and package.json lie. */
export const REPOSITORY_ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));

export interface BundleOptions {
  /** Path of the entry, from the repository's root. */
  readonly entry: string;
  /** Smaller, but stack traces show places in one long line. */
  readonly minify: boolean;
}

/** Returns one ESM file that runs on Node 24 with nothing beside it; the same sources give the same bytes. Throws
 *  RELEASE_INVALID naming what esbuild could not resolve or parse. */
export async function bundle({ entry, minify }: BundleOptions): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // The ESM builds of the AWS SDK can be tree-shaken, its CommonJS ones cannot.
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minify,
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'silent',
  }).catch(async (failure: BuildFailure) => {
    throw await invalid(entry, failure);
  });
  const [output] = result.outputFiles;
  if (!output) throw new Error(`esbuild made nothing of ${entry}.`);
  return output.contents;
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
