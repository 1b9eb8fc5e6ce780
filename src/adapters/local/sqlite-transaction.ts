import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` while no other process can change anything: all that it writes is kept, or nothing. Returns what it returns. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself has rolled back when the disk is full.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
