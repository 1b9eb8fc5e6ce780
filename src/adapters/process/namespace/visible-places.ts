import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { ownHomes, realOf } from '../tools/own-homes.ts';
import { toolsBelow } from '../tools/tool-places.ts';
import { pathsOf } from '../untrusted-environment.ts';

/** What every distribution keeps its programs and their configuration in; nothing there is a user's. Of Nix the store alone: its
 *  daemon, beside it, does what trusted users ask. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix/store', '/sys'];

export interface SystemPlace {
  readonly path: string;
  /** Where it points when it is a symbolic link. */
  readonly link: string | null;
}

/** The places of the system that every program may read, as far as they are there. */
export function systemPlaces(): SystemPlace[] {
  return SYSTEM.filter((path) => existsSync(path)).map((path) => ({
    path,
    link: lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null,
  }));
}

/** Read-only places beyond the system's: the running Node, what the environment names, tools below the home, and where name
 *  resolution is configured. Never a home itself, nor what lies above one. */
export function toolPlaces(env: Readonly<Record<string, string>>, homes: readonly string[] = ownHomes()): string[] {
  const tools = homes.flatMap(toolsBelow);
  const node = [dirname(process.execPath), dirname(dirname(process.execPath))];
  const resolver = [realOf('/etc/resolv.conf')];
  const all = [...node, ...pathsOf(env), ...tools, ...resolver].filter((path) => existsSync(path));
  return [...new Set(all.flatMap((path) => [resolve(path), realOf(path)]))].filter(
    (path) => !homes.some((home) => isAtOrAbove(path, home)) && !isOfSystem(path),
  );
}

/** Read-only places for the step that runs `program`: its folder, or the file alone where that is a home; of a package, all packages
 *  that were installed with it. */
export function programPlaces(program: string, homes: readonly string[] = ownHomes()): string[] {
  if (!isAbsolute(program) || !existsSync(program)) return [];
  return [...new Set([program, realOf(program)])]
    .map((path) => (homes.some((home) => isAtOrAbove(programFolder(path), home)) ? path : programFolder(path)))
    .filter((path) => !isOfSystem(path));
}

/** Returns the folder with all that belongs to a program: its own, or the outermost `node_modules` that it lies in. */
export function programFolder(program: string): string {
  const at = program.indexOf(PACKAGES);
  return at === -1 ? dirname(program) : program.slice(0, at + PACKAGES.length - 1);
}

const PACKAGES = `${sep}node_modules${sep}`;

function isOfSystem(path: string): boolean {
  return SYSTEM.some((place) => isAtOrAbove(place, path));
}

function isAtOrAbove(path: string, other: string): boolean {
  return path === sep || path === other || other.startsWith(`${path}${sep}`);
}
