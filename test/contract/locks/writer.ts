/** Acquires and releases one lock without end, and writes each answer as `fence status` on a line, until it is killed.
 *  Usage: spawn(node, ['lock-writer.ts', file, lockKey]) */
import { writeSync } from 'node:fs';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';

const [file = '', lockKey = ''] = process.argv.slice(2);
const store = createSqliteLockStore({ file });
const owner = String(process.pid);

for (;;) {
  const before = await store.get(lockKey);
  const nowMs = (before?.leaseExpiresAtMs ?? 0) + 1;
  const acquisition = await store.acquire({
    lockKey,
    branch: 'written',
    owner,
    workItemId: 'item',
    environment: 'test',
    startToken: owner,
    leaseMs: 0,
    nowMs,
    resetAttempts: false,
    ...(before?.status === 'held' ? { takeOverFence: before.fence } : {}),
  });
  if (acquisition.kind === 'refused') throw new Error(`refused after fence ${before?.fence}`);
  const { fence } = acquisition.row;
  writeSync(1, `${fence} held\n`);
  const head = 'x'.repeat(5_000);
  await store.release({ lockKey, owner, fence, outcome: 'completed', nextEligibleAtMs: 0, head, nowMs });
  writeSync(1, `${fence} released\n`);
}
