import { DatabaseSync } from 'node:sqlite';
import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import { fields } from '../../core/json-lines.ts';
import { readBaseline } from '../../core/lifecycle/baseline-record.ts';
import { readBreaker } from '../../core/lifecycle/breaker.ts';
import { charged, clearedLedger, readLedger } from '../../core/lifecycle/ledger.ts';
import { hasPending } from '../../core/lifecycle/lock-row.ts';
import { type OnDamage, RECORD_KEYS, requireValue, valuesOf } from '../../core/lifecycle/stored-row.ts';
import type { LockRow, ReleaseRequest } from '../../core/lock.ts';
import { acquireRow, pardonRow, recordBuildInRow, releaseRow, renewRow, settleRow } from '../../core/lock.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import { makePrivateFile } from './private-files.ts';
import { formatLockRow, pendingTextOf, readRowText } from './sqlite-lock-row.ts';
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
  const { read, some, held, pending, all, change } = attempt(() => statementsOf(database));
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
    getMany: async (lockKeys, onDamage) => attempt(() => [...new Set(lockKeys)].flatMap((key) => some(key, onDamage))),
    settle: async (request) => attempt(() => change(request.lockKey, (row) => settleRow(row, request)).after !== null),
    listHeld: async (onDamage) => attempt(() => held(onDamage)),
    listPending: async (onDamage) => attempt(() => pending(onDamage)),
    getLedgers: async (keys, onDamage) =>
      attempt(() =>
        valuesOf(
          [...new Set(keys)].flatMap((key) => records.ledger(key) ?? []),
          onDamage,
        ),
      ),
    clearLedger: async (lockKey) =>
      attempt(() =>
        records.together(() => {
          const isThere = records.ledger(lockKey) !== null;
          if (isThere) records.write(RECORD_KEYS.ledger(lockKey), clearedLedger(lockKey));
          return isThere;
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
    list: async (onDamage) => attempt(() => all(onDamage)),
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
    const ledger = records.ledger(charge.lockKey);
    // To one that cannot be read nothing is added: its card is skipped until an operator clears it.
    if (ledger === null || 'value' in ledger)
      records.write(RECORD_KEYS.ledger(charge.lockKey), charged(ledger?.value ?? null, charge));
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
  const select = database.prepare('SELECT lock_key, row FROM locks WHERE lock_key = ?');
  const selectHeld = database.prepare("SELECT lock_key, row FROM locks WHERE status = 'held'");
  const selectPending = database.prepare("SELECT lock_key, row FROM locks WHERE row ->> '$.pending' IS NOT NULL");
  const selectAll = database.prepare('SELECT lock_key, row FROM locks ORDER BY acquired_at_ms DESC, lock_key');
  const insert = database.prepare('INSERT INTO locks (lock_key, row) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const update = database.prepare('UPDATE locks SET row = ? WHERE lock_key = ? AND row = ?');
  const rowsOf = (records: Array<Record<string, unknown>>, onDamage?: OnDamage) =>
    valuesOf(
      records.map(({ lock_key: key, row }) => readRowText(String(key), row)),
      onDamage,
    );

  /** Compare and swap: writes only over the row that was decided on, and decides again when another process was faster. */
  const change = (lockKey: string, decide: (row: LockRow | null) => LockRow | null) => {
    for (;;) {
      const found = select.get(lockKey)?.row;
      const before = found === undefined ? null : requireValue(readRowText(lockKey, found));
      const after = decide(before);
      if (after === null || after === before) return { before, after };
      const next = formatLockRow(after);
      const { changes } = found === undefined ? insert.run(lockKey, next) : update.run(next, lockKey, found);
      if (changes === 1) return { before, after };
    }
  };

  return {
    read: (lockKey: string) => rowsOf(select.all(lockKey))[0] ?? null,
    some: (lockKey: string, onDamage?: OnDamage) => rowsOf(select.all(lockKey), onDamage),
    held: (onDamage?: OnDamage) => rowsOf(selectHeld.all(), onDamage).filter(isOfCard),
    pending: (onDamage?: OnDamage) =>
      selectPending
        .all()
        .flatMap((record) =>
          rowsOf([record], onDamage).filter((row) => hasPending(row, { stored: pendingTextOf(record.row), onDamage })),
        ),
    all: (onDamage?: OnDamage) => rowsOf(selectAll.all(), onDamage).filter(isOfCard),
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
  const read = <T>(key: string, parse: (text: unknown) => T): T | null => {
    const found = select.get(key)?.record;
    return found === undefined ? null : parse(found);
  };
  return {
    ledger: (lockKey: string) => read(RECORD_KEYS.ledger(lockKey), (text) => readLedger(lockKey, text)),
    breaker: (service: string) => read(RECORD_KEYS.breaker(service), (text) => readBreaker(service, text)),
    baseline: (lockKey: string) => read(RECORD_KEYS.baseline(lockKey), (text) => readBaseline(lockKey, text)),
    write: (key: string, record: object) => void upsert.run(key, JSON.stringify(record)),
    /** Runs `work` while no other process can change anything: all that it writes is kept, or nothing. */
    together: <T>(work: () => T): T => inTransaction(database, work),
  };
}

/** Returns what runs a piece of work and turns its failure into LOCK_STORE_FAILED; one of a single row names that. */
function failingAs(file: string) {
  return <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (isWorkerError(error)) throw error;
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
