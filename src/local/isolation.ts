import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../adapters/files/remove-tree.ts';
import { createNamespaceSandbox } from '../adapters/process/namespace/namespace-sandbox.ts';
import { createSandbox } from '../adapters/process/sandbox.ts';
import type { NetworkRules } from '../core/network.ts';
import type { Isolation } from '../core/ports/process.ts';

export interface FoundIsolation {
  readonly isolation: Isolation;
  /** One sentence for people: as whom agent, install and tests run here, and what they can reach. */
  readonly text: string;
  /** What keeps them from being apart; null where they are, or were not to be. */
  readonly obstacle: string | null;
}

const REACHABLE =
  'they can read what you can (your files, SSH and cloud keys, the environment of your programs), and leave programs running';

/** Finds out by a real process how builds of this machine can keep untrusted programs apart; `user` is UNTRUSTED_USER. */
export async function findIsolation(user: string | undefined): Promise<FoundIsolation> {
  if (user === 'none') {
    return { isolation: 'none', text: `Agent, install and tests run as you: ${REACHABLE}.`, obstacle: null };
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    const text = 'Agent, install and tests run as processes of this machine, under a user of their own.';
    return { isolation: 'user', text, obstacle: null };
  }
  const folder = mkdtempSync(join(tmpdir(), 'kiro-isolation-'));
  try {
    const made = await createNamespaceSandbox({ runDirectory: folder });
    if ('obstacle' in made) {
      return { isolation: 'none', text: `Agent, install and tests would run as you: ${REACHABLE}.`, ...made };
    }
    await made.close();
    return { isolation: 'namespace', text: made.note, obstacle: null };
  } finally {
    await removeTree(folder);
  }
}

/** Finds out by a real process that builds of this machine can keep to the restricted network of the project configuration. Throws
 *  CONFIG_INVALID, which names the setting, where they cannot. */
export async function proveNetwork(network: NetworkRules, user: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-network-'));
  try {
    // Builds have the named user to themselves; any other shows the same.
    const sandbox = await createSandbox({ runDirectory: folder, network, ...(user === 'none' && { user }) });
    await sandbox.close();
  } finally {
    await removeTree(folder);
  }
}
