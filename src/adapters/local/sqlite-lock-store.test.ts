import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { isWorkerError } from '../../core/errors.ts';
import { createSqliteLockStore } from './sqlite-lock-store.ts';

describe('createSqliteLockStore', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says which file is not a lock file', () => {
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'These are notes, and no database at all. '.repeat(100));
    expect(failureOf(() => createSqliteLockStore({ file })))
      .to.include(file)
      .and.include('not a database');
  });

  it('says which row something else has written, and what is wrong with it', async () => {
    const file = join(folder, 'locks.sqlite');
    createSqliteLockStore({ file }).close();
    const database = new DatabaseSync(file);
    database.exec(`INSERT INTO locks (lock_key, row) VALUES ('octo/app#a', '{"status":"held","fence":"1"}')`);
    database.close();
    const store = createSqliteLockStore({ file });
    const { message } = await expectError(store.listHeld(), 'LOCK_STORE_FAILED');
    for (const part of ['octo/app#a', 'lockKey', 'fence', '"1"']) expect(message).to.include(part);
    store.close();
  });

  it('reads a row that a version without fingerprints of rules wrote', async () => {
    const file = join(folder, 'locks.sqlite');
    const store = createSqliteLockStore({ file });
    const request = {
      lockKey: 'octo/app#a',
      owner: 'o',
      branch: 'a',
      workItemId: 'i',
      environment: 'test',
      leaseMs: 1,
    };
    await store.acquire({ ...request, startToken: 't', nowMs: 1, resetAttempts: false, rules: 'r1' });
    const database = new DatabaseSync(file);
    database.exec(`UPDATE locks SET row = json_remove(row, '$.lastRules')`);
    database.close();
    expect(await store.get('octo/app#a')).to.include({ owner: 'o', lastRules: null });
    store.close();
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
