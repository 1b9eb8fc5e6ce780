import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctionBundles, type FunctionName } from '../../../src/adapters/bundle/function-bundles.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { createLambdaFunction } from './lambda-function.ts';
import { installRuntimeClient } from './runtime-client.ts';

const NAMES = resourceNames('test');
const FUNCTION_NAMES = { poller: NAMES.pollerFunction, finalizer: NAMES.finalizerFunction } as const;

export interface Deployed {
  /** A function as the Poller stack configures it; `timeoutMs` is shorter than the deployed five minutes. */
  create(name: FunctionName, options: { env: Readonly<Record<string, string>>; timeoutMs?: number }): LambdaFunction;
  /** Ends the processes of every function created so far. */
  endAll(): Promise<void>;
  /** A function of a few lines of our own, for the rules of Lambda itself. */
  createOf(code: string, options?: { timeoutMs?: number }): Promise<LambdaFunction>;
  close(): Promise<void>;
}

/** Bundles both functions into the folders that Lambda would unpack, with the real runtime client at hand. */
export async function deployFunctions(): Promise<Deployed> {
  const client = await installRuntimeClient();
  const root = await mkdtemp(join(tmpdir(), 'deployed-'));
  const place = async (code: string | Uint8Array) => {
    const folder = await mkdtemp(join(root, 'code-'));
    await writeFile(join(folder, 'handler.mjs'), code);
    return folder;
  };
  const bundles = await buildFunctionBundles();
  const folders = { poller: await place(bundles.poller), finalizer: await place(bundles.finalizer) };
  const created: LambdaFunction[] = [];
  const create = (request: {
    folder: string;
    name: string;
    env: Readonly<Record<string, string>>;
    timeoutMs: number;
  }) => {
    const made = createLambdaFunction({ ...request, client, handler: 'handler.handler', memoryMb: 512 });
    created.push(made);
    return made;
  };
  const endAll = async () => {
    await Promise.all(created.splice(0).map((made) => made.close()));
  };
  return {
    create: (name, { env, timeoutMs = 30_000 }) =>
      create({ folder: folders[name], name: FUNCTION_NAMES[name], env, timeoutMs }),
    createOf: async (code, { timeoutMs = 5_000 } = {}) =>
      create({ folder: await place(code), name: 'of-a-few-lines', env: {}, timeoutMs }),
    endAll,
    async close() {
      await endAll();
      await rm(root, { recursive: true });
    },
  };
}
