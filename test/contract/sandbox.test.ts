import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../src/adapters/process/sandbox.ts';
import { sandboxContract } from './sandbox.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** A user of its own needs root. */
for (const options of isRoot ? [{}, { user: 'none' }] : [{ user: 'none' }]) {
  sandboxContract(options.user === 'none' ? 'as you' : 'as a user of its own', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
    chmodSync(directory, 0o711);
    const runDirectory = join(directory, 'run');
    const sandbox = await createSandbox({ runDirectory, graceMs: 100, ...options });
    return {
      sandbox,
      runDirectory,
      async close() {
        await sandbox.close();
        rmSync(directory, { recursive: true });
      },
    };
  });
}
