import { strToU8, zipSync } from 'fflate';
import { buildRelease, type Release } from '../../src/adapters/bundle/release-bundle.ts';

let ofWorker: Promise<Release> | null = null;

/** The worker as it is now, bundled once for all tests of this process. */
export function releaseOfWorker(): Promise<Release> {
  ofWorker ??= buildRelease();
  return ofWorker;
}

/** A release whose builds run these commands, for tests of what stands around a build. */
export function releaseOf(commands: readonly string[]): Pick<Release, 'zip' | 'hash'> {
  const buildspec = JSON.stringify({ version: 0.2, phases: { build: { commands } } });
  return { zip: zipSync({ 'buildspec.yml': strToU8(buildspec) }), hash: 'of-tests' };
}
