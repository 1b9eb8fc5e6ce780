import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { makePrivateFile } from '../../adapters/local/private-files.ts';
import { inTransaction } from '../../adapters/local/sqlite-transaction.ts';
import { freeSpace, isDiskFull } from '../../core/disk-full.ts';
import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import type { BuildStatus } from '../../core/ports/builds.ts';

const BUILD_STATUSES = [
  'QUEUED',
  'IN_PROGRESS',
  'SUCCEEDED',
  'FAILED',
  'FAULT',
  'STOPPED',
  'TIMED_OUT',
] as const satisfies readonly BuildStatus[];

const variables = z.record(z.string(), z.string()).readonly();

const phaseRecord = z
  .object({
    name: z.string(),
    status: z.enum(['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'STOPPED', 'TIMED_OUT']),
    startedAtMs: z.number(),
    endedAtMs: z.number().nullable(),
    detail: z.string().nullable(),
  })
  .readonly();

const processRecord = z.object({ pid: z.number(), startedAt: z.string() }).readonly();

const buildRecord = z
  .object({
    id: z.string(),
    token: z.string(),
    number: z.number(),
    status: z.enum(BUILD_STATUSES),
    currentPhase: z.string(),
    startedAtMs: z.number(),
    endedAtMs: z.number().nullable(),
    timeoutAtMs: z.number(),
    /** How long this machine was up when the build started; records of older versions lack it. */
    startedUptimeMs: z.number().optional(),
    variables,
    /** What the build was asked for, to distinguish a repeated request from another one. */
    asked: z.string(),
    source: z.string(),
    phases: z.array(phaseRecord).readonly(),
    /** The process that drives the build. */
    runner: processRecord,
    /** Leaders of the process groups of its phases. */
    groups: z.array(processRecord).readonly(),
    stopAsked: z.boolean(),
  })
  .readonly();

export type PhaseRecord = z.infer<typeof phaseRecord>;

/** What is kept of a build for other processes and later ones. Contains no secret. */
export type BuildRecord = z.infer<typeof buildRecord>;

export interface BuildRecords {
  /** Runs `decide` while no other process can change anything; it may return a record to insert. */
  insert<T>(decide: (state: { running: BuildRecord[]; nextNumber: number }) => { record?: BuildRecord; result: T }): T;
  update(id: string, change: (record: BuildRecord) => BuildRecord): BuildRecord;
  get(id: string): BuildRecord | null;
  findByToken(token: string): BuildRecord | null;
  listRunning(): BuildRecord[];
  /** Newest first. */
  list(limit: number): BuildRecord[];
  close(): void;
}

/** Opens the records in `root/builds.sqlite`, and creates them first where there are none; safe across processes,
 *  survives kill -9. */
export function openBuildRecords(root: string): BuildRecords {
  const database = openDatabase(root);
  const read = (where: string, ...values: (string | number)[]): BuildRecord[] =>
    using(fileOf(root), () => database.prepare(`SELECT record FROM builds ${where}`).all(...values)).map((row) =>
      buildRecord.parse(JSON.parse(String(row.record))),
    );
  const get = (id: string) => read('WHERE id = ?', id)[0] ?? null;
  return {
    insert: (decide) =>
      write(database, () => {
        const last = database.prepare('SELECT max(number) AS number FROM builds').get()?.number ?? 0;
        const { record, result } = decide({ running: read('WHERE ended = 0'), nextNumber: Number(last) + 1 });
        if (record) {
          database
            .prepare('INSERT INTO builds (number, id, token, ended, record) VALUES (?, ?, ?, 0, ?)')
            .run(record.number, record.id, record.token, JSON.stringify(record));
        }
        return result;
      }),
    update: (id, change) =>
      write(database, () => {
        const record = get(id);
        if (!record) throw new Error(`There is no record of build ${id}.`);
        const changed = change(record);
        const ended = changed.endedAtMs === null ? 0 : 1;
        database
          .prepare('UPDATE builds SET ended = ?, record = ? WHERE id = ?')
          .run(ended, JSON.stringify(changed), id);
        return changed;
      }),
    get,
    findByToken: (token) => read('WHERE token = ?', token)[0] ?? null,
    listRunning: () => read('WHERE ended = 0'),
    list: (limit) => read('ORDER BY number DESC LIMIT ?', limit),
    close: () => database.close(),
  };
}

function openDatabase(root: string): DatabaseSync {
  const file = fileOf(root);
  return using(file, () => {
    makePrivateFile(file);
    const database = new DatabaseSync(file, { timeout: 10_000 });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    database.exec(`CREATE TABLE IF NOT EXISTS builds (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE,
    ended INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS builds_running ON builds (number) WHERE ended = 0;`);
    return database;
  });
}

function write<T>(database: DatabaseSync, work: () => T): T {
  return using(database.location() ?? 'builds.sqlite', () => inTransaction(database, work));
}

function fileOf(root: string): string {
  return join(root, 'builds.sqlite');
}

/** Runs a piece of work on the file of the records. Throws BUILD_SERVICE_FAILED where disk or database fail, and whatever else the
 *  work throws. */
function using<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isWorkerError(error) || !isOfFile(error)) throw error;
    throw new WorkerError({
      code: 'BUILD_SERVICE_FAILED',
      what: `The records of the builds in '${file}' cannot be used.`,
      why: errorMessage(error),
      remedy: isDiskFull(error)
        ? freeSpace(file)
        : 'Make sure that the file lies on a local disk with free space and belongs to you; a damaged one may be deleted while no build runs.',
      cause: error,
    });
  }
}

/** Errors of SQLite and of the system have a code; no other one here has. */
function isOfFile(error: unknown): boolean {
  return isDiskFull(error) || (error instanceof Error && 'code' in error);
}
