import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../adapters/files/remove-tree.ts';
import { createSandbox, type LocalSandbox } from '../adapters/process/sandbox.ts';
import { ENV } from '../core/names.ts';

/** Looks at something as agent and tests of this machine see it, in a sandbox that is gone afterwards. Throws as createSandbox does. */
export async function inSandbox<T>(
  env: Readonly<Record<string, string | undefined>>,
  look: (sandbox: LocalSandbox) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-doctor-'));
  const user = env[ENV.untrustedUser];
  try {
    const sandbox = await createSandbox({ runDirectory: folder, ...(user === 'none' && { user }) });
    try {
      return await look(sandbox);
    } finally {
      await sandbox.close();
    }
  } finally {
    await removeTree(folder);
  }
}
