import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type LocalSandbox, type SandboxOptions } from '../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';
import type { ProcessResult } from '../../../src/core/ports/process.ts';

export interface SandboxScene {
  /** A folder that everybody may enter and nobody else may list. */
  readonly directory: string;
  create(options?: Partial<SandboxOptions>): Promise<LocalSandbox>;
  close(): Promise<void>;
}

/** A folder for sandboxes, which end with it. */
export function openSandboxScene(): SandboxScene {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  chmodSync(directory, 0o711);
  const open: LocalSandbox[] = [];
  return {
    directory,
    async create(options = {}) {
      const sandbox = await createSandbox({ runDirectory: join(directory, 'run'), graceMs: 100, ...options });
      open.push(sandbox);
      return sandbox;
    },
    async close() {
      for (const sandbox of open.splice(0)) await sandbox.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs a command in the sandbox's home, with an environment as untrusted code gets it. */
export function runIn(
  sandbox: LocalSandbox,
  { command, extra = {} }: { command: readonly [string, ...string[]]; extra?: Record<string, string> },
): Promise<ProcessResult> {
  const env = untrustedEnvironment({ home: sandbox.home, extra });
  return sandbox.run({ command, cwd: sandbox.home, env, timeoutMs: 120_000 });
}

/** Runs a script of Node in the sandbox. */
export function runScript(sandbox: LocalSandbox, script: string, ...args: string[]): Promise<ProcessResult> {
  return runIn(sandbox, { command: [process.execPath, '-e', script, ...args] });
}

/** A script that leaves a child of a child in a session of its own, which writes its process id and holds no stream. */
export const DAEMON = `
    const { spawn } = require('child_process');
    const inner = "require('fs').writeFileSync(process.env.HOME + '/daemon', String(process.pid)); setInterval(() => {}, 1000)";
    const outer = "require('child_process').spawn(process.execPath, ['-e', process.argv[1]], { detached: true, stdio: 'ignore' }).unref()";
    spawn(process.execPath, ['-e', outer, inner], { detached: true, stdio: 'ignore' }).unref();
    const { existsSync } = require('fs');
    const wait = setInterval(() => { if (existsSync(process.env.HOME + '/daemon')) clearInterval(wait); }, 5);`;
