import { expect } from 'chai';
import { findIsolation } from '../../../src/local/isolation.ts';
import { expectNetworkRefusal } from '../../support/system/expect-network-refusal.ts';
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
    if ((await findIsolation(undefined)).isolation === 'none') return expectNetworkRefusal({});
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
});
