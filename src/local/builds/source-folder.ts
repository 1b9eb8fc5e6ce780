import { existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOpenFolder, makeOpenFolder, needsOpenFolders, temporaryParents } from '../../adapters/files/open-folder.ts';
import { removeTree } from '../../adapters/files/remove-tree.ts';

/** A folder with one of them is a project, whose packages and configuration the tools of a build below it would find. */
const PROJECT_MARKS = ['.git', 'package.json', 'node_modules', 'pyproject.toml', 'pom.xml', 'go.mod'];

/** Makes the folder that a build works in and returns its path: `src` below the build's own folder. Where other users may
 *  not come there, or the folder lies in somebody's project, `src` is a link to a new folder among the temporary ones that every user
 *  may enter, since untrusted programs work below it. */
export function makeSourceFolder(buildFolder: string): string {
  const source = join(buildFolder, 'src');
  const isReachable = !needsOpenFolders() || isOpenFolder(buildFolder);
  if (isReachable && !isInProject(realpathSync(buildFolder))) {
    mkdirSync(source, { recursive: true });
    return source;
  }
  const elsewhere = makeOpenFolder('kiro-build', sharedFolders());
  symlinkSync(elsewhere, source);
  return elsewhere;
}

/** Those that lie in no project first: somebody may have left packages in one of them. */
function sharedFolders(): string[] {
  const all = temporaryParents().filter((folder) => existsSync(folder));
  return [...all.filter((folder) => !isInProject(realpathSync(folder))), ...all];
}

function isInProject(folder: string): boolean {
  if (PROJECT_MARKS.some((name) => existsSync(join(folder, name)))) return true;
  const above = dirname(folder);
  return above !== folder && isInProject(above);
}

/** Removes what `makeSourceFolder` made, the folder behind a link first. */
export async function removeSourceFolder(buildFolder: string): Promise<void> {
  const source = join(buildFolder, 'src');
  const found = lstatSync(source, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && existsSync(source)) await removeTree(realpathSync(source));
  await removeTree(source);
}
