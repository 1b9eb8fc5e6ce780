import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import { createLocalRuntime } from '../../src/local/runtime.ts';
import { expectError } from '../support/expect-error.ts';
import { createRecordingTelemetry } from '../support/recording-telemetry.ts';

describe('a build with a restricted network', () => {
  const network = { allow: ['registry.example.com'] };

  it('does not start with isolation none, and names the setting', () => expectRefusal({ UNTRUSTED_USER: 'none' }));

  async function expectRefusal(env: Readonly<Record<string, string>>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'network-'));
    const configFile = join(folder, 'kiro-worker.config.json');
    await writeFile(configFile, JSON.stringify({ user: 'robin', repository: 'app', projectNumber: 1, network }));
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
});
