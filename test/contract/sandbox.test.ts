import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalSandbox, SandboxOptions } from '../../src/adapters/process/assemble-sandbox.ts';
import { createNamespaceSandbox } from '../../src/adapters/process/namespace/namespace-sandbox.ts';
import { createSandbox } from '../../src/adapters/process/sandbox.ts';
import { telling } from '../left-to-rehearsal.ts';
import { sandboxContract } from './sandbox.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** As root too, whom namespaces are not offered. */
const hasNamespaces = await canMakeNamespaces();

/** A user of its own needs root, a namespace needs bubblewrap. */
const KINDS: ReadonlyArray<{
  readonly name: string;
  readonly isHere: boolean;
  readonly create: (options: SandboxOptions) => Promise<LocalSandbox>;
}> = [
  { name: 'as a user of its own', isHere: isRoot, create: createSandbox },
  {
    name: 'as a user of its own, in the folders of all',
    isHere: isRoot,
    create: (options) => createSandbox({ ...options, programs: { unshare: [] } }),
  },
  {
    name: 'in namespaces of its own',
    isHere: hasNamespaces,
    async create(options) {
      const made = await createNamespaceSandbox(options);
      if ('obstacle' in made) throw new Error(made.obstacle);
      return made;
    },
  },
  { name: 'as you', isHere: true, create: (options) => createSandbox({ ...options, user: 'none' }) },
];

async function canMakeNamespaces(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const made = await createNamespaceSandbox({ runDirectory: directory });
  if (!('obstacle' in made)) await made.close();
  rmSync(directory, { recursive: true });
  return !('obstacle' in made);
}

for (const { name, create } of telling(
  1,
  KINDS.filter(({ isHere }) => isHere),
)) {
  sandboxContract(name, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-'));
    chmodSync(directory, 0o711);
    const runDirectory = join(directory, 'run');
    const sandbox = await create({ runDirectory, graceMs: 100 });
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
