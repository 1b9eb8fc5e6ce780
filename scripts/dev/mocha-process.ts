import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSystemError } from '../../src/core/system-error.ts';
import { type Counts, parseCounts } from './counts.ts';

interface MochaRun {
  /** Mocha by default; what it runs is counted in COUNTS_FILE. */
  readonly program?: string;
  /** Test files or globs of them, or whatever else the program is called with. */
  readonly files: readonly string[];
  /** Receives both of its streams as they come. */
  readonly onOutput: (text: string) => void;
  /** Gives it a process group of its own, which does not get the terminal's signals. */
  readonly ownGroup?: boolean;
  readonly onStart?: (child: ChildProcess) => void;
}

interface MochaEnd {
  /** Null when the runner ended before it could count. */
  readonly counts: Counts | null;
  readonly exitCode: number | null;
  /** `exit code 1` or the name of a signal. */
  readonly how: string;
}

/** Runs tests in a process of their own and returns their counts. Throws when it cannot be started. */
export async function runMocha({
  program = 'scripts/dev/checks/mocha.ts',
  files,
  onOutput,
  ownGroup = false,
  onStart,
}: MochaRun): Promise<MochaEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'test-counts-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const child = spawn(process.execPath, [program, ...files], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, COUNTS_FILE: countsFile },
      detached: ownGroup,
    });
    onStart?.(child);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
    const end = await new Promise<Omit<MochaEnd, 'counts'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => resolve({ exitCode, how: signal ?? `exit code ${exitCode}` }));
    });
    return { ...end, counts: await readCounts(countsFile) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readCounts(file: string): Promise<Counts | null> {
  try {
    return parseCounts(await readFile(file, 'utf8'));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
