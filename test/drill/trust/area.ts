import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { makeOpenFolder } from '../../../src/adapters/files/open-folder.ts';
import { removeTree } from '../../../src/adapters/files/remove-tree.ts';
import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { DrillArea, DrillResult } from '../area.ts';
import type { Attempt, Parts, Trial } from './attempt.ts';
import { ATTEMPTS } from './attempts.ts';
import { leftoversOf } from './leftovers.ts';
import { lookAtMachine, type Machine } from './machine.ts';
import { createRandom } from './random.ts';

const PRODUCT: Parts = { createGitRepository, createWorkspaceFiles, createInstallation };

interface TrustOptions {
  readonly attempts?: readonly Attempt[];
  readonly parts?: Partial<Parts>;
}

/** The area `trust`: hostile branches, agents, installs and tests against the product. Seed N is the attempt N modulo their number,
 *  in the variant that the seed makes. */
export async function trustArea({ attempts = ATTEMPTS, parts = {} }: TrustOptions = {}): Promise<DrillArea> {
  // From here on this process reaches loopback only, and has no credentials of a real machine in its environment.
  await import('../../guard.ts');
  const machine = await lookAtMachine();
  const obstacleTo = ({ obstacle }: Attempt) => obstacle?.(machine) ?? null;
  const possible = attempts.filter((attempt) => obstacleTo(attempt) === null);
  const impossible = attempts.flatMap((attempt) => {
    const obstacle = obstacleTo(attempt);
    return obstacle === null ? [] : [`\n  not here: ${attempt.key}, since ${obstacle}`];
  });
  return {
    name: 'trust',
    shows: `nothing that a branch holds reaches the worker or fools a gate (isolation here: ${machine.isolation})${impossible.join('')}`,
    strikes: possible.map(({ key }) => key),
    fullRuns: possible.length,
    async plan({ seed, runs }) {
      return Array.from({ length: runs }, (_, at) => {
        const attempt = possible[(seed + at) % possible.length];
        if (attempt === undefined) throw new Error('There is no attempt that this machine can show.');
        const settings = { seed: seed + at, machine, parts: { ...PRODUCT, ...parts } };
        return { seed: settings.seed, name: attempt.key, perform: () => perform(attempt, settings) };
      });
    },
    async close() {},
  };
}

/** Performs one attempt with a folder for temporary files of its own, and looks for what it left. */
async function perform(
  attempt: Attempt,
  { seed, machine, parts }: { seed: number; machine: Machine; parts: Parts },
): Promise<DrillResult> {
  const violations: string[] = [];
  const struck = new Set<string>();
  const root = makeOpenFolder('trust');
  const temporary = path.join(root, 'tmp');
  const folder = path.join(root, 'own');
  for (const one of [temporary, folder]) mkdirSync(one, { mode: 0o711 });
  const usualFolder = process.env.TMPDIR;
  const trial: Trial = {
    random: createRandom(seed),
    machine,
    parts,
    folder,
    mark: `trust${randomBytes(8).toString('hex')}`,
    strike: () => void struck.add(attempt.key),
    check(holds, broken) {
      if (!holds) violations.push(broken);
    },
  };
  try {
    process.env.TMPDIR = temporary;
    await attempt.perform(trial);
  } catch (error) {
    violations.push(`it failed: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    if (usualFolder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usualFolder;
    violations.push(...leftoversOf({ root, temporary, mark: trial.mark }));
    await removeTree(root);
  }
  return { violations, struck: [...struck] };
}
