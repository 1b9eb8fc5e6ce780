import { chmodSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Installation } from '../../core/ports/installation.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import { bytesOfPath, foldersAbove, pathBelow } from '../git/path-bytes.ts';
import { createWorkTreeWriter } from '../git/work-tree-writer.ts';
import { copyFolder } from './copy-folder.ts';
import { removeTree } from './remove-tree.ts';

export interface InstallationOptions {
  /** Closed to untrusted programs; on the file system of workspace and home. */
  readonly privateDirectory: string;
  readonly workspace: string;
  readonly home: string;
  readonly grant: Sandbox['grant'];
}

export interface LocalInstallation extends Installation {
  /** Removes what is sealed. */
  close(): Promise<void>;
}

/** Returns the Installation of one run. The step after `seal` gets workspace and home where they lie, since nothing ran in them since;
 *  the sealed copy is made before that step, and no untrusted program has ever had a file of it open. */
export function createInstallation(options: InstallationOptions): LocalInstallation {
  return new SealedInstallation(options);
}

/** Where a step finds a folder, and where its sealed copy lies. */
interface SealedFolder {
  readonly place: string;
  readonly copy: string;
}

class SealedInstallation implements LocalInstallation {
  readonly #options: InstallationOptions;
  readonly #sealed: string;
  /** A copy before it is whole. */
  readonly #next: string;
  readonly #folders: readonly SealedFolder[];
  #stepsLeft = 0;
  #isInPlace = false;

  constructor(options: InstallationOptions) {
    const { privateDirectory, workspace, home } = options;
    this.#options = options;
    this.#sealed = path.join(privateDirectory, 'installed');
    this.#next = path.join(privateDirectory, 'next');
    this.#folders = [
      { place: workspace, copy: path.join(this.#sealed, 'workspace') },
      { place: home, copy: path.join(this.#sealed, 'home') },
    ];
  }

  async close() {
    this.#stepsLeft = 0;
    for (const folder of [this.#sealed, this.#next]) await removeTree(folder);
  }

  async begin() {
    const { home, grant } = this.#options;
    await this.close();
    await removeTree(home);
    mkdirSync(home, { mode: 0o700 });
    await grant(home);
  }

  async seal(steps: number) {
    await this.close();
    for (const { place } of this.#folders) openToOwner(place);
    await removeTree(path.join(this.#options.workspace, '.git'));
    if (steps > 1) {
      mkdirSync(this.#sealed, { mode: 0o700 });
      for (const { place, copy } of this.#folders) await copyFolder(place, copy);
    }
    this.#stepsLeft = steps;
    this.#isInPlace = true;
  }

  async open(without: { home: readonly string[] } = { home: [] }) {
    if (this.#stepsLeft === 0) throw new Error('More steps want the installation than it was sealed for.');
    this.#stepsLeft -= 1;
    if (!this.#isInPlace) for (const folder of this.#folders) await this.#putBack(folder);
    this.#isInPlace = false;
    const { home, privateDirectory } = this.#options;
    await removeBelow(home, { privateDirectory, paths: without.home });
  }

  /** The last step gets what is sealed itself; nothing lies at the place before a copy for any other is whole. */
  async #putBack({ place, copy }: SealedFolder): Promise<void> {
    await removeTree(place);
    if (this.#stepsLeft > 0) await copyFolder(copy, this.#next);
    renameSync(this.#stepsLeft > 0 ? this.#next : copy, place);
  }
}

/** Without write permission a folder cannot be moved, and without the others not be copied. */
function openToOwner(folder: string | Buffer): void {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw new Error(`${folder.toString()} is no longer a folder.`);
  if ((stats.mode & 0o700) !== 0o700) chmodSync(folder, (stats.mode & 0o7777) | 0o700);
}

async function removeBelow(
  root: string,
  { privateDirectory, paths }: { privateDirectory: string; paths: readonly string[] },
): Promise<void> {
  const writer = createWorkTreeWriter(root, privateDirectory);
  try {
    for (const one of paths.map(bytesOfPath)) {
      for (const folder of foldersAbove(one)) {
        const stats = lstatSync(pathBelow(root, folder), { throwIfNoEntry: false });
        // Behind a link could lie the same, and the writer follows none.
        if (stats?.isDirectory()) openToOwner(pathBelow(root, folder));
        else writer.remove(folder);
      }
      writer.remove(one);
    }
  } finally {
    await writer.finish();
  }
}
