import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Isolation } from '../../../src/core/ports/process.ts';
import { findIsolation } from '../../../src/local/isolation.ts';

/** What this machine lets the drill show, found out by doing it. */
export interface Machine {
  readonly isRoot: boolean;
  readonly isLinux: boolean;
  readonly isolation: Isolation;
  readonly canMakeDevices: boolean;
  readonly hasPython: boolean;
  readonly hasNpm: boolean;
}

export async function lookAtMachine(): Promise<Machine> {
  const { isolation } = await findIsolation(undefined);
  const isLinux = process.platform === 'linux';
  return {
    isRoot: process.getuid?.() === 0,
    isLinux,
    isolation,
    canMakeDevices: isLinux && canMakeDevices(),
    hasPython: spawnSync('python3', ['--version']).status === 0,
    hasNpm: spawnSync('npm', ['--version']).status === 0,
  };
}

/** Why nothing of the sandbox can be shown here; null where programs are kept apart. */
export function needsIsolation({ isolation }: Machine): string | null {
  return isolation === 'none' ? 'this machine cannot keep untrusted programs apart' : null;
}

export function needsRoot({ isRoot, isLinux }: Machine): string | null {
  return isRoot && isLinux ? null : 'you are not root on Linux';
}

export function needsNpm({ hasNpm }: Machine): string | null {
  return hasNpm ? null : 'there is no npm';
}

export function needsLinux({ isLinux }: Machine): string | null {
  return isLinux ? null : 'this is not Linux';
}

export function needsDevices({ canMakeDevices: can }: Machine): string | null {
  return can ? null : 'this machine lets you make no devices (mknod)';
}

function canMakeDevices(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'devices-'));
  try {
    execFileSync('mknod', [path.join(folder, 'zero'), 'c', '1', '5'], { stdio: 'ignore' });
    return existsSync(path.join(folder, 'zero'));
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
