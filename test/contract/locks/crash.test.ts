import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { telling } from '../../left-to-rehearsal.ts';
import { compileCacheOfRun } from '../../support/compile-cache.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
/** Holds a new file in the state in which SQLite answers 'busy' at once, and lets go of it a little later. */
const CREATOR = `
  const { DatabaseSync } = require('node:sqlite');
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new DatabaseSync(workerData);
  database.exec('BEGIN IMMEDIATE; CREATE TABLE other (column)');
  parentPort.postMessage('creating');
  setTimeout(() => database.exec('COMMIT'), 50);
`;
const LOCK_KEY = 'octo/example#written';

describe('the embedded lock file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-crash-'));
    file = join(folder, 'locks.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps every answered write of a process that is killed in the middle, and is whole afterwards', async () => {
    let lines: string[] = [];
    for (const answers of telling(2, [1, 150, 1_000])) {
      lines = [...lines, ...(await writeUntilKilled(file, answers))];
      const [fence, status] = (lines.at(-1) ?? '').split(' ');
      const store = createSqliteLockStore({ file });
      const row = await store.get(LOCK_KEY);
      store.close();
      // The kill may fall between a write and its answer, never between an answer and its write.
      const possible =
        status === 'held' ? [`${fence} held`, `${fence} released`] : [`${fence} released`, `${Number(fence) + 1} held`];
      expect(possible).to.include(`${row?.fence} ${row?.status}`);
      expect(integrityOf(file)).to.equal('ok');
    }
    expect(lines).to.have.lengthOf.above(150);
  });

  it('waits while another process is creating it', async () => {
    const creator = new Worker(CREATOR, { eval: true, workerData: file });
    await once(creator, 'message');
    const store = createSqliteLockStore({ file });
    expect(await store.list()).to.deep.equal([]);
    store.close();
    await once(creator, 'exit');
  });
});

/** Runs the writer until it has answered so often, kills it, and returns all that it answered. */
async function writeUntilKilled(file: string, answers: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, file, LOCK_KEY], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...compileCacheOfRun() },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.split('\n').length > answers) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).to.equal('SIGKILL');
  return output.split('\n').slice(0, -1);
}

function integrityOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare('PRAGMA integrity_check').get()?.integrity_check;
  } finally {
    database.close();
  }
}
