import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEnvironmentSecrets } from '../../../src/adapters/local/environment-secrets.ts';
import { findIsolation } from '../../../src/local/isolation.ts';
import { createLocalRuntime } from '../../../src/local/runtime.ts';
import { expectError } from '../../support/expect-error.ts';
import { createRecordingTelemetry } from '../../support/recording-telemetry.ts';
import { PLACE } from '../../support/system/repository.ts';
import { createTestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';

/** Ends with an error unless the way to `url` is closed, by the proxy and directly. */
function closedTest(url: string): string {
  const { hostname, port } = new URL(url);
  return `import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';

test('the network is closed', async () => {
  await assert.rejects(fetch('${url}'));
  const code = await new Promise((resolve) => {
    connect(${port}, '${hostname}', () => resolve('connected')).on('error', (error) => resolve(error.code));
  });
  assert.equal(code, 'ECONNREFUSED');
});
`;
}

describe('a build with a restricted network', () => {
  const network = { allow: ['registry.example.com'] };

  it('completes, while its tests reach nothing that is not allowed; or nothing starts where that is not possible', async () => {
    if ((await findIsolation(undefined)).isolation === 'none') return expectRefusal({});
    const system = await createTestSystem({ config: { network } });
    try {
      await system.github.moveBranch(system.repository, {
        branch: PLACE.branch,
        files: { 'test/network.test.js': closedTest(system.github.serverUrl) },
      });
      await system.run();
      expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'completed' });
    } finally {
      await system.close();
    }
  });

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
