import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkerError } from '../../core/errors.ts';
import { isSystemError } from '../../core/system-error.ts';

const FOLDERS = ['/run/kiro-worker', '/var/lib/kiro-worker', '/var/tmp/kiro-worker'];
const LONGEST_WAIT_MS = 120_000;
/** Primary result code of SQLite for a file that another connection has locked. */
const SQLITE_BUSY = 5;

export type Release = () => void;

/** Takes a machine-wide lease, null when another process or run has it. It is a lock on a file of root's, which the kernel
 *  takes back when this process ends, however it ends, and which no other user can take. */
export function takeLease(name: string): Release | null {
  const database = new DatabaseSync(join(leaseFolder(), `${name}.lease`), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return () => {
      if (database.isOpen) database.close();
    };
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === SQLITE_BUSY) return null;
    throw error;
  }
}

/** Runs `work` while no other process on this machine runs its own under the same name. Throws CONFIG_INVALID when the
 *  others do not come to an end within two minutes. */
export async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const release = takeLease(name);
    if (release) {
      try {
        return await work();
      } finally {
        release();
      }
    }
    if (performance.now() > giveUpAt) throw stuck(name);
    await sleep(20);
  }
}

/** A folder of root's own that nobody else may enter. */
function leaseFolder(): string {
  for (const folder of FOLDERS) {
    try {
      mkdirSync(folder, { mode: 0o700, recursive: false });
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) continue;
    }
    const found = lstatSync(folder);
    if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return folder;
  }
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'There is no place for the leases of users that untrusted programs run under.',
    why: `None of ${FOLDERS.join(', ')} can be made, or is a folder that only root may enter.`,
    remedy: `Make one of them: install -d -m 700 ${FOLDERS[0]}`,
  });
}

function stuck(name: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `Another process on this machine holds the lease "${name}" for more than two minutes.`,
    remedy: 'End the worker that hangs in its start, then start again.',
  });
}
