import { DatabaseSync } from 'node:sqlite';
import { errorMessage, WorkerError } from '../../core/errors.ts';
import { fields } from '../../core/json-lines.ts';
import { parseBaseline } from '../../core/lifecycle/baseline-record.ts';
import { parseBreaker } from '../../core/lifecycle/breaker.ts';
import { charged, clearedLedger, parseLedger } from '../../core/lifecycle/ledger.ts';
import type { LockRow, ReleaseRequest } from '../../core/lock.ts';
import {
  acquireRow,
  pardonRow,
  RECORD_KEYS,
  recordBuildInRow,
  releaseRow,
  renewRow,
  settleRow,
} from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { makePrivateFile } from './private-files.ts';
import { formatLockRow, parseLockRow } from './sqlite-lock-row.ts';
import { inTransaction } from './sqlite-transaction.ts';

/** How long a write waits for another process's, milliseconds. A write takes well below one. */
const BUSY_TIMEOUT_MS = 10_000;
/** SQLite's name for a database that is no file. */
const IN_MEMORY = ':memory:';
/** Primary result code; the extended ones add a multiple of 256. */
const SQLITE_BUSY = 5;

// The row is one JSON text, so that a write can be conditional on all of it; what is searched for is derived from it.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS locks (
    lock_key TEXT PRIMARY KEY,
    row TEXT NOT NULL,
    status TEXT AS (row ->> '$.status') VIRTUAL,
    acquired_at_ms INTEGER AS (row ->> '$.acquiredAtMs') VIRTUAL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS held_locks ON locks (lock_key) WHERE status = 'held';
  CREATE INDEX IF NOT EXISTS pending_locks ON locks (lock_key) WHERE row ->> '$.pending' IS NOT NULL;
  CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
`;

export interface SqliteLockStore extends LockStore {
  /** Closes the file; every later call throws. */
  close(): void;
}

/** Returns the lock store in one file of this machine, shared safely by any number of processes; what was answered survives
 *  the end of every process (`kill -9` too). Opening and every method throw LOCK_STORE_FAILED when the file fails. */
export function createSqliteLockStore({ file }: { file: string }): SqliteLockStore {
  const attempt = failingAs(file);
  const database = attempt(() => open(file));
  const { read, held, pending, all, change } = attempt(() => statementsOf(database));
  const records = attempt(() => recordsOf(database));
  return {
    acquire: async (request) => {
      const { before, after } = attempt(() => change(request.lockKey, (row) => acquireRow(row, request)));
      return after === null ? { kind: 'refused', row: before } : { kind: 'acquired', row: after };
    },
    renew: async (request) => attempt(() => change(request.lockKey, (row) => renewRow(row, request)).after !== null),
    recordBuild: async (request) =>
      attempt(() => change(request.lockKey, (row) => recordBuildInRow(row, request)).after !== null),
    release: async (request) => attempt(() => records.together(() => release({ change, records }, request))),
    pardon: async (lockKey) => attempt(() => change(lockKey, pardonRow).after !== null),
    get: async (lockKey) => attempt(() => read(lockKey)),
    getMany: async (lockKeys) => attempt(() => [...new Set(lockKeys)].map(read).filter((row) => row !== null)),
    settle: async (request) => attempt(() => change(request.lockKey, (row) => settleRow(row, request)).after !== null),
    listHeld: async () => attempt(held),
    listPending: async () => attempt(pending),
    getLedgers: async (ids) => attempt(() => [...new Set(ids)].flatMap((id) => records.ledger(id) ?? [])),
    clearLedger: async (workItemId) =>
      attempt(() =>
        records.together(() => {
          const ledger = records.ledger(workItemId);
          if (ledger !== null) records.write(RECORD_KEYS.ledger(workItemId), clearedLedger(ledger));
          return ledger !== null;
        }),
      ),
    getBreaker: async (service) => attempt(() => records.breaker(service)),
    swapBreaker: async ({ before, after }) =>
      attempt(() =>
        records.together(() => {
          const isSame = records.breaker(after.service)?.version === before?.version;
          if (isSame) records.write(RECORD_KEYS.breaker(after.service), after);
          return isSame;
        }),
      ),
    getBaseline: async (lockKey) => attempt(() => records.baseline(lockKey)),
    swapBaseline: async ({ before, after }) =>
      attempt(() =>
        records.together(() => {
          const isSame = records.baseline(after.lockKey)?.version === before?.version;
          if (isSame) records.write(RECORD_KEYS.baseline(after.lockKey), after);
          return isSame;
        }),
      ),
    list: async () => attempt(all),
    close: () => database.close(),
  };
}

interface Parts {
  readonly change: ReturnType<typeof statementsOf>['change'];
  readonly records: ReturnType<typeof recordsOf>;
}

function release({ change, records }: Parts, request: ReleaseRequest): boolean {
  const { before, after } = change(request.lockKey, (row) => releaseRow(row, request));
  const { charge } = request;
  if (charge !== undefined && after !== null && after !== before) {
    records.write(RECORD_KEYS.ledger(charge.workItemId), charged(records.ledger(charge.workItemId), charge));
  }
  return after !== null;
}

/** Opens the file. Write-ahead log: readers never wait, and what a killed process left half-written is not seen.
 *  `synchronous = NORMAL`: a power cut may lose the last writes, but then the builds they speak of have ended as well. */
function open(file: string): DatabaseSync {
  if (file !== IN_MEMORY) makePrivateFile(file);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    setUp(database, performance.now() + BUSY_TIMEOUT_MS);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** SQLite does not wait by itself while two processes switch a new file to the write-ahead log: asks again until then. */
function setUp(database: DatabaseSync, deadlineMs: number): void {
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      database.exec(SCHEMA);
      return;
    } catch (error) {
      const isBusy = Number(fields(error).errcode) % 256 === SQLITE_BUSY;
      if (!isBusy || performance.now() > deadlineMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function statementsOf(database: DatabaseSync) {
  const select = database.prepare('SELECT row FROM locks WHERE lock_key = ?');
  const selectHeld = database.prepare("SELECT row FROM locks WHERE status = 'held'");
  const selectPending = database.prepare("SELECT row FROM locks WHERE row ->> '$.pending' IS NOT NULL");
  const selectAll = database.prepare('SELECT row FROM locks ORDER BY acquired_at_ms DESC, lock_key');
  const insert = database.prepare('INSERT INTO locks (lock_key, row) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const update = database.prepare('UPDATE locks SET row = ? WHERE lock_key = ? AND row = ?');
  const rowsOf = (records: Array<Record<string, unknown>>) => records.map(({ row }) => parseLockRow(row));

  /** Compare and swap: writes only over the row that was decided on, and decides again when another process was faster. */
  const change = (lockKey: string, decide: (row: LockRow | null) => LockRow | null) => {
    for (;;) {
      const found = select.get(lockKey)?.row;
      const before = found === undefined ? null : parseLockRow(found);
      const after = decide(before);
      if (after === null || after === before) return { before, after };
      const next = formatLockRow(after);
      const { changes } = found === undefined ? insert.run(lockKey, next) : update.run(next, lockKey, found);
      if (changes === 1) return { before, after };
    }
  };

  return {
    read: (lockKey: string) => rowsOf(select.all(lockKey))[0] ?? null,
    held: () => rowsOf(selectHeld.all()).filter(isOfCard),
    pending: () => rowsOf(selectPending.all()).filter((row) => row.pending !== null),
    all: () => rowsOf(selectAll.all()).filter(isOfCard),
    change,
  };
}

function isOfCard({ lockKey }: LockRow): boolean {
  return !RECORD_KEYS.isRecord(lockKey);
}

/** What stands beside the locks. */
function recordsOf(database: DatabaseSync) {
  const select = database.prepare('SELECT record FROM records WHERE key = ?');
  const upsert = database.prepare(
    'INSERT INTO records (key, record) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record',
  );
  const read = <T>(key: string, parse: (text: string) => T): T | null => {
    const found = select.get(key)?.record;
    return found === undefined ? null : parse(String(found));
  };
  return {
    ledger: (workItemId: string) => read(RECORD_KEYS.ledger(workItemId), parseLedger),
    breaker: (service: string) => read(RECORD_KEYS.breaker(service), parseBreaker),
    baseline: (lockKey: string) => read(RECORD_KEYS.baseline(lockKey), parseBaseline),
    write: (key: string, record: object) => void upsert.run(key, JSON.stringify(record)),
    /** Runs `work` while no other process can change anything: all that it writes is kept, or nothing. */
    together: <T>(work: () => T): T => inTransaction(database, work),
  };
}

/** Returns what runs a piece of work and turns its failure into LOCK_STORE_FAILED. */
function failingAs(file: string) {
  return <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw new WorkerError({
        code: 'LOCK_STORE_FAILED',
        what: `The lock file '${file}' cannot be used.`,
        why: errorMessage(error),
        remedy:
          'Make sure that the file lies on a local disk with free space and belongs to you; a damaged one may be deleted while no build runs.',
        cause: error,
      });
    }
  };
}
