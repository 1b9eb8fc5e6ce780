import { chmodSync, lstatSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { Installation } from '../../core/ports/installation.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import { bytesOfPath, foldersAbove, pathBelow } from '../git/path-bytes.ts';
import { createWorkTreeWriter, removeFolder } from '../git/work-tree-writer.ts';
import { copyFolder } from './copy-folder.ts';

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
  const { privateDirectory, workspace, home, grant } = options;
  const sealed = path.join(privateDirectory, 'installed');
  const places = [
    { place: workspace, copy: path.join(sealed, 'workspace') },
    { place: home, copy: path.join(sealed, 'home') },
  ];
  const next = path.join(privateDirectory, 'next');
  let stepsLeft = 0;
  let isInPlace = false;

  async function makeEmpty(folder: string): Promise<void> {
    await removeFolder(folder);
    mkdirSync(folder, { mode: 0o700 });
    await grant(folder);
  }

  async function close(): Promise<void> {
    stepsLeft = 0;
    for (const folder of [sealed, next]) await removeFolder(folder);
  }

  /** Nothing lies at the place before the copy is whole. */
  async function putCopy({ copy, place }: { copy: string; place: string }): Promise<void> {
    await copyFolder(copy, next);
    renameSync(next, place);
  }

  return {
    close,

    async begin() {
      await close();
      await makeEmpty(home);
    },

    async seal(steps) {
      await close();
      for (const { place } of places) openToOwner(place);
      await removeFolder(path.join(workspace, '.git'));
      if (steps > 1) {
        mkdirSync(sealed, { mode: 0o700 });
        for (const { place, copy } of places) await copyFolder(place, copy);
      }
      stepsLeft = steps;
      isInPlace = true;
    },

    async open(without = { home: [] }) {
      if (stepsLeft === 0) throw new Error('More steps want the installation than it was sealed for.');
      stepsLeft -= 1;
      if (!isInPlace) {
        for (const { place, copy } of places) {
          await removeFolder(place);
          if (stepsLeft > 0) await putCopy({ copy, place });
          else renameSync(copy, place);
        }
      }
      isInPlace = false;
      await removeBelow(home, { privateDirectory, paths: without.home });
    },
  };
}

/** Without write permission a folder cannot be moved, and without the others not be copied. */
function openToOwner(folder: string | Buffer): void {
  const stats = lstatSync(folder);
  if (!stats.isDirectory()) throw new Error(`${folder.toString()} is no folder any more.`);
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
