import { bundle } from './bundle.ts';

export type FunctionName = 'poller' | 'finalizer';

/** Returns the code of both functions, each one ESM file for `handler.mjs`, nothing else needed beside it. */
export async function buildFunctionBundles(
  entryOf: (name: FunctionName) => string = (name) => `src/functions/${name}/handler.ts`,
): Promise<Record<FunctionName, Uint8Array>> {
  const [poller, finalizer] = await Promise.all(
    (['poller', 'finalizer'] as const).map((name) => bundle({ entry: entryOf(name), minify: true })),
  );
  if (!poller || !finalizer) throw new Error('A function has no bundle.');
  return { poller, finalizer };
}
