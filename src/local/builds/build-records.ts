import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BuildStatus } from '../../core/ports/builds.ts';
import type { ProcessRef } from './process-tree.ts';

export interface PhaseRecord {
  readonly name: string;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'TIMED_OUT';
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly detail: string | null;
}

/** What is kept of a build, so that other processes and a later one know of it. Holds no secret. */
export interface BuildRecord {
  readonly id: string;
  readonly token: string;
  readonly number: number;
  readonly status: BuildStatus;
  readonly currentPhase: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly timeoutAtMs: number;
  readonly variables: Readonly<Record<string, string>>;
  /** What the build was asked for, to tell a repeated request from another one. */
  readonly asked: string;
  readonly source: string;
  readonly phases: readonly PhaseRecord[];
  /** The process that drives the build. */
  readonly runner: ProcessRef;
  /** Leaders of the process groups of its phases. */
  readonly groups: readonly ProcessRef[];
  readonly stopAsked: boolean;
}

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

/** Opens (or makes) the records in `root/builds.sqlite`; safe across processes, survives kill -9. */
export function openBuildRecords(root: string): BuildRecords {
  mkdirSync(root, { recursive: true });
  const database = new DatabaseSync(join(root, 'builds.sqlite'), { timeout: 10_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(`CREATE TABLE IF NOT EXISTS builds (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE,
    ended INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS builds_running ON builds (number) WHERE ended = 0;`);
  const read = (where: string, ...values: (string | number)[]): BuildRecord[] =>
    database
      .prepare(`SELECT record FROM builds ${where}`)
      .all(...values)
      .map((row) => JSON.parse(String(row.record)) as BuildRecord);
  const exclusively = <T>(work: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const get = (id: string) => read('WHERE id = ?', id)[0] ?? null;
  return {
    insert: (decide) =>
      exclusively(() => {
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
      exclusively(() => {
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
