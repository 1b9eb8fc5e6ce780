import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../../src/adapters/files/remove-tree.ts';
import { createSandbox, type LocalSandbox, type SandboxOptions } from '../../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../../src/adapters/process/untrusted-environment.ts';
import type { ProcessRequest, ProcessResult } from '../../../../src/core/ports/process.ts';
import type { Trial } from '../attempt.ts';

/** Ends a program that hangs for good: nothing here comes near it. */
const HANGS_MS = 120_000;

export interface SandboxBench {
  readonly trial: Trial;
  readonly sandbox: LocalSandbox;
  /** Folder of the worker's own, which others may enter. */
  readonly folder: string;
  /** Runs a program untrusted. */
  run(command: ProcessRequest['command'], more?: Partial<ProcessRequest>): Promise<ProcessResult>;
  /** Runs a script of Node untrusted; returns what it printed. */
  runScript(script: string, ...args: string[]): Promise<string>;
}

/** Makes a sandbox as a run has it, lets `use` do its worst in it, and closes it. */
export async function inSandbox(
  trial: Trial,
  options: Partial<SandboxOptions> | ((folder: string) => Partial<SandboxOptions>),
  use: (bench: SandboxBench) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  chmodSync(folder, 0o711);
  const runDirectory = path.join(folder, 'run');
  mkdirSync(runDirectory);
  try {
    const own = typeof options === 'function' ? options(folder) : options;
    const sandbox = await createSandbox({ runDirectory, graceMs: 100, ...own });
    const run: SandboxBench['run'] = (command, more = {}) =>
      sandbox.run({
        command,
        cwd: sandbox.home,
        env: untrustedEnvironment({ home: sandbox.home }),
        timeoutMs: HANGS_MS,
        ...more,
      });
    const runScript = async (script: string, ...args: string[]) =>
      (await run([process.execPath, '-e', script, ...args])).stdoutTail.trim();
    try {
      await use({ trial, sandbox, folder, run, runScript });
    } finally {
      await sandbox.close();
    }
  } finally {
    rmSync(runDirectory, { recursive: true, force: true });
    await removeTree(folder);
  }
}
