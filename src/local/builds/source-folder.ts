import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOpenFolder, makeOpenFolder, needsOpenFolders, temporaryParents } from '../../adapters/files/open-folder.ts';
import { removeTree } from '../../adapters/files/remove-tree.ts';
import { isSystemError } from '../../core/system-error.ts';

/** A folder with one of them is a project, or configures projects below it: tools look for these upwards from where they work. */
const PROJECT_MARKS: readonly RegExp[] = [
  /^(?:\.git|\.hg|node_modules|package\.json|pnpm-workspace\.yaml|lerna\.json|nx\.json|deno\.jsonc?|bunfig\.toml)$/,
  /^(?:pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|pytest\.ini|conftest\.py|go\.(?:mod|work)|Cargo\.toml|\.cargo)$/,
  /^(?:pom\.xml|\.mvn|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|Gemfile|composer\.json)$/,
  /^(?:global\.json|nuget\.config|Directory\.(?:Build|Packages)\.(?:props|targets)|\.editorconfig)$/i,
  /^(?:\.tool-versions|mise\.toml|rust-toolchain(?:\.toml)?|\.[a-z]+-version|\.yarn|\.pnp\.[a-z]+)$/,
  // .npmrc, .mocharc.json, .c8rc.json, .eslintrc.cjs …; tsconfig.json; jest.config.js …
  /^\.[a-z0-9_-]+rc(?:\.(?:jsonc?|ya?ml|toml|[cm]?[jt]s))?$/,
  /^[jt]sconfig(?:\..+)?\.json$/,
  /^[\w.-]+\.config\.(?:json|[cm]?[jt]s)$/,
];

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
  if (namesIn(folder).some((name) => PROJECT_MARKS.some((mark) => mark.test(name)))) return true;
  const above = dirname(folder);
  return above !== folder && isInProject(above);
}

/** Nothing where this process may not look: no tool of a build finds anything there either. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isSystemError(error, 'EACCES', 'EPERM')) return [];
    throw error;
  }
}

/** Removes what `makeSourceFolder` made, the folder behind a link first. */
export async function removeSourceFolder(buildFolder: string): Promise<void> {
  const source = join(buildFolder, 'src');
  const found = lstatSync(source, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && existsSync(source)) await removeTree(realpathSync(source));
  await removeTree(source);
}
