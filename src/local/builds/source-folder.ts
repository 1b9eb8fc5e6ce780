import { lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isOpenFolder, makeOpenFolder, needsOpenFolders } from '../../adapters/files/open-folder.ts';

/** Makes the folder that a build works in and returns its path: `src` below the build's own folder. Where other users may
 *  not come there, `src` is a link to a new folder that they may enter, since untrusted programs work below it. */
export function makeSourceFolder(buildFolder: string): string {
  const source = join(buildFolder, 'src');
  if (!needsOpenFolders() || isOpenFolder(buildFolder)) {
    mkdirSync(source, { recursive: true });
    return source;
  }
  const elsewhere = makeOpenFolder('kiro-build');
  symlinkSync(elsewhere, source);
  return elsewhere;
}

/** Removes what `makeSourceFolder` made, the folder behind a link first. */
export function removeSourceFolder(buildFolder: string): void {
  const source = join(buildFolder, 'src');
  const found = lstatSync(source, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) rmSync(realpathSync(source), { recursive: true, force: true, maxRetries: 3 });
  rmSync(source, { recursive: true, force: true, maxRetries: 3 });
}
