import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctionBundles, type FunctionName } from '../../../../src/adapters/bundle/function-bundles.ts';
import { type FunctionProcess, startFunction } from '../../../support/function-process.ts';
import type { FunctionScene } from '../../../support/scenes/function.ts';
import type { RecordingProxy } from './recording-proxy.ts';

export interface Functions {
  /** Runs a handler once in a process of its own, with the credentials of its role; rejects with what it threw. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const ROLES = { poller: 'PollerRole', finalizer: 'FinalizerRole' } as const;

/** Bundles both functions for a scene; all their requests to AWS go through the proxy. */
export async function bundleFunctions(scene: FunctionScene, proxy: RecordingProxy): Promise<Functions> {
  const folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  for (const [name, code] of Object.entries(await buildFunctionBundles())) {
    await writeFile(join(folder, `${name}.mjs`), code);
  }
  const { env } = scene;
  proxy.forward({
    dynamodb: env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    codebuild: env.AWS_ENDPOINT_URL_CODEBUILD ?? '',
    ssm: env.AWS_ENDPOINT_URL_SSM ?? '',
    secretsmanager: env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
  });
  const withoutAws = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
  const running = new Set<FunctionProcess>();
  return {
    async invoke(name, event) {
      const variables = { ...withoutAws, ...proxy.variablesOf(ROLES[name]) };
      const started = startFunction(join(folder, `${name}.mjs`), variables);
      running.add(started);
      try {
        return await started.invoke(event);
      } finally {
        running.delete(started);
        await started.end();
      }
    },
    async close() {
      await Promise.all([...running].map((started) => started.end()));
      await rm(folder, { recursive: true });
    },
  };
}
