import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createSqliteLockStore } from '../../src/local/sqlite-lock-store.ts';

const WRITER = fileURLToPath(new URL('./lock-writer.ts', import.meta.url));
const OPENER = fileURLToPath(new URL('./lock-opener.ts', import.meta.url));
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
    for (const answers of [1, 150, 1_000]) {
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
    expect(lines).to.have.lengthOf.above(1_150);
  });

  it('may be created by two processes at the same moment', async () => {
    const openers = Array.from({ length: 2 }, () => fork(OPENER, [folder]));
    await Promise.all(openers.map((opener) => once(opener, 'message')));
    const answers = openers.map(async (opener) => (await once(opener, 'message'))[0] as string[]);
    const startMs = Date.now() + 20;
    for (const opener of openers) opener.send({ startMs, files: 80 });
    expect((await Promise.all(answers)).flat()).to.deep.equal([]);
  });
});

/** Runs the writer until it has answered so often, kills it, and returns all that it answered. */
async function writeUntilKilled(file: string, answers: number): Promise<string[]> {
  const child = spawn(process.execPath, [WRITER, file, LOCK_KEY], { stdio: ['ignore', 'pipe', 'inherit'] });
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
