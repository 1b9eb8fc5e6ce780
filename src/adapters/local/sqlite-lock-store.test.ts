import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isWorkerError } from '../../core/errors.ts';
import { createSqliteLockStore } from './sqlite-lock-store.ts';

describe('createSqliteLockStore', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says which file is no lock file', () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'These are notes, and no database at all. '.repeat(100));
    expect(failureOf(() => createSqliteLockStore({ file })))
      .to.include(file)
      .and.include('not a database');
  });

  it('says why its folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    const file = join(folder, 'file/locks.sqlite');
    expect(failureOf(() => createSqliteLockStore({ file }))).to.include(file);
  });

  it('remembers after it was closed, and is of no use until it is opened again', async () => {
    const file = join(folder, 'locks.sqlite');
    const store = createSqliteLockStore({ file });
    const holder = { lockKey: 'octo/example#a', owner: 'owner-1' };
    const request = { ...holder, branch: 'a', workItemId: 'item', environment: 'test', startToken: 'token' };
    const { row } = await store.acquire({ ...request, leaseMs: 1, nowMs: 1, resetAttempts: false });
    store.close();
    const failure = await store.get(holder.lockKey).catch((error: unknown) => error);
    expect(isWorkerError(failure, 'LOCK_STORE_FAILED')).to.equal(true);
    const again = createSqliteLockStore({ file });
    expect(await again.listHeld()).to.deep.equal([row]);
    again.close();
  });
});

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isWorkerError(error, 'LOCK_STORE_FAILED')) return error.message;
    throw error;
  }
  throw new Error('It did not fail.');
}
