import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalSandbox, SandboxOptions } from '../../../src/adapters/process/assemble-sandbox.ts';
import { createSandbox } from '../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';

/** A folder of each test, and sandboxes in it that are closed after it. */
export function sandboxScene() {
  let directory: string;
  const open: LocalSandbox[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
    chmodSync(directory, 0o711);
  });
  afterEach(async () => {
    for (const sandbox of open.splice(0)) await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  async function create(options: Partial<SandboxOptions> = {}) {
    const sandbox = await createSandbox({ runDirectory: join(directory, 'run'), graceMs: 100, ...options });
    open.push(sandbox);
    return sandbox;
  }
  function runIn(sandbox: LocalSandbox, command: readonly [string, ...string[]], extra: Record<string, string> = {}) {
    const env = untrustedEnvironment({ home: sandbox.home, extra });
    return sandbox.run({ command, cwd: sandbox.home, env, timeoutMs: 120_000 });
  }
  const runScript = (sandbox: LocalSandbox, script: string, ...args: string[]) =>
    runIn(sandbox, [process.execPath, '-e', script, ...args]);
  return { create, runIn, runScript, directory: () => directory };
}
