import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { buildRelease, type Release } from '../../src/adapters/bundle/release-bundle.ts';

let ofWorker: Promise<Release> | null = null;

/** The worker as it is now, bundled once for all tests of this process, and of one run of all tests (`TEST_RUN_FOLDER`). */
export function releaseOfWorker(): Promise<Release> {
  const { TEST_RUN_FOLDER } = process.env;
  ofWorker ??= TEST_RUN_FOLDER ? releaseOfRun(path.join(TEST_RUN_FOLDER, 'release')) : buildRelease();
  return ofWorker;
}

/** Returns the release that another process of this run left in the folder, or makes it; it appears there as a whole. */
async function releaseOfRun(folder: string): Promise<Release> {
  if (!existsSync(folder)) {
    const { zip, ...rest } = await buildRelease();
    const draft = await mkdtemp(`${folder}-`);
    await writeFile(path.join(draft, 'worker.zip'), zip);
    await writeFile(path.join(draft, 'release.json'), JSON.stringify(rest));
    // Another process may have been faster; both made the same bytes.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
    return { zip, ...rest };
  }
  const rest = JSON.parse(await readFile(path.join(folder, 'release.json'), 'utf8')) as Omit<Release, 'zip'>;
  return { ...rest, zip: new Uint8Array(await readFile(path.join(folder, 'worker.zip'))) };
}

/** A release whose builds run these commands, for tests of what stands around a build. */
export function releaseOf(commands: readonly string[]): Pick<Release, 'zip' | 'hash'> {
  const buildspec = JSON.stringify({ version: 0.2, phases: { build: { commands } } });
  return { zip: zipSync({ 'buildspec.yml': strToU8(buildspec) }), hash: 'of-tests' };
}
