import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { createLocalRuntime } from '../../../src/local/runtime.ts';
import { expectError } from '../expect-error.ts';
import { createRecordingTelemetry } from '../recording-telemetry.ts';

const NETWORK = { allow: ['registry.example.com'] };

/** Expects that local mode with such an environment starts nothing while the configuration restricts the network. */
export async function expectNetworkRefusal(env: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'network-'));
  const configFile = join(folder, 'kiro-worker.config.json');
  await writeFile(configFile, JSON.stringify({ user: 'robin', repository: 'app', projectNumber: 1, network: NETWORK }));
  const runtime = createLocalRuntime({
    configFile,
    dataDirectory: join(folder, 'data'),
    env,
    secrets: createEnvironmentSecrets(env),
    release: { zip: new Uint8Array(), hash: 'none' },
    telemetry: createRecordingTelemetry(),
  });
  const { message, remedy } = await expectError(runtime, 'CONFIG_INVALID');
  expect(message).to.include('restricts the network of agent and tests ("network")');
  expect(remedy).to.include('remove "network"');
  await rm(folder, { recursive: true });
}
