import picomatch from 'picomatch';
import type { Folder } from '../../file-tree.ts';
import { isTestFile } from './files.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { expandScript, isPlaceholder, programOf, type ScriptCommand } from './scripts.ts';

/** Folders that builds write. */
const OUTPUT = /^(?:\.\/)?(dist|lib|build|out|es|esm|cjs|\.?tmp|compiled|output)\//;
const IMPORTS_OUTPUT = /(?:from\s+|require\(\s*|import\(\s*)['"]((?:\.\.?\/)+(?:dist|lib|build|out|cjs|esm)\/)/;

/** Returns whether tests run what a build writes: the test script names a file of such a folder, a test imports one, or a workspace
 *  imports another by one. Only folders that the branch does not have count, and only where nothing else builds. */
export function needsBuild(
  { folder, manifest }: { folder: Folder; manifest: Manifest },
  commands: readonly ScriptCommand[],
): boolean {
  if (isPlaceholder(manifest.scripts.build)) return false;
  const ofInstall = ['prepare', 'postinstall', 'install'].flatMap((name) => expandScript(manifest, name));
  const ofBuild = new Set(expandScript(manifest, 'build').map((command) => command.join(' ')));
  const isBuilt = [...commands, ...ofInstall].some(
    (command) =>
      ofBuild.has(command.join(' ')) || /^(?:turbo|nx|wireit|tsc|tsup|rollup|esbuild)$/.test(programOf(command)),
  );
  if (isBuilt) return false;
  return namesOutput(folder, commands) || importsOutput(folder) || workspacesNeedOutput({ folder, manifest });
}

function namesOutput(folder: Folder, commands: readonly ScriptCommand[]): boolean {
  return commands.flat().some((word) => isAbsentOutput(folder, word.replace(/^["']/, '')));
}

function isAbsentOutput(folder: Folder, path: string): boolean {
  const [, name] = OUTPUT.exec(path) ?? [];
  return name !== undefined && !folder.paths.some((one) => one.startsWith(`${name}/`));
}

function importsOutput(folder: Folder): boolean {
  return folder.paths.filter(isTestFile).some((path) => {
    const [, imported] = IMPORTS_OUTPUT.exec(folder.text(path)) ?? [];
    return imported !== undefined && isAbsentOutput(folder, imported.replace(/^(?:\.\.?\/)+/, ''));
  });
}

function workspacesNeedOutput({ folder, manifest }: { folder: Folder; manifest: Manifest }): boolean {
  const members = findWorkspaces({ folder, manifest });
  const names = new Set(members.flatMap((member) => Object.keys(member.manifest.dependencies)));
  return members.some(
    (member) =>
      member.manifest.name !== null &&
      names.has(member.manifest.name) &&
      member.manifest.entries.some((entry) => isAbsentOutput(folder.folder(member.path), entry)),
  );
}

export interface Workspace {
  readonly path: string;
  readonly manifest: Manifest;
}

/** Returns the workspaces of a folder's package.json or pnpm-workspace.yaml. */
export function findWorkspaces({ folder, manifest }: { folder: Folder; manifest: Manifest }): Workspace[] {
  const listed = folder.text('pnpm-workspace.yaml').matchAll(/^\s*-\s*["']?([^\s"'#]+)/gm);
  const globs = [...(manifest.workspaces ?? []), ...[...listed].map(([, glob = '']) => glob)];
  if (globs.length === 0) return [];
  const clean = (glob: string) => glob.replace(/^(!?)\.\//, '$1').replace(/\/$/, '');
  const chosen = picomatch(globs.filter((glob) => !glob.startsWith('!')).map(clean));
  const excluded = picomatch(globs.filter((glob) => glob.startsWith('!')).map((glob) => clean(glob.slice(1))));
  return folder.paths.flatMap((file) => {
    const path = file.replace(/\/package\.json$/, '');
    if (path === file || !chosen(path) || excluded(path)) return [];
    const read = readManifest(folder.text(file));
    return read === null ? [] : [{ path, manifest: read }];
  });
}
