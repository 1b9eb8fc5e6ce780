import type { CodePackage } from '../../core/deploy/package-template.ts';
import { buildFunctionBundles } from './function-bundles.ts';
import { sha256, withZip } from './release-bundle.ts';

/** Returns the code of every function by its folder (src/functions/poller), each a zip with handler.mjs in it. The same sources
 *  and dependencies give the same hashes on every machine. */
export async function buildFunctionPackages(): Promise<ReadonlyMap<string, CodePackage>> {
  const bundles = await buildFunctionBundles();
  return new Map(
    Object.entries(bundles).map(([name, code]) => [
      `src/functions/${name}`,
      withZip({ hash: sha256(code) }, { 'handler.mjs': code }),
    ]),
  );
}
