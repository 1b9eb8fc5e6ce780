import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { pathsOf } from './untrusted-environment.ts';

/** What every distribution keeps its programs and their configuration in; nothing there is a user's. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/sys'];
/** Folders of tools below the home: none of them holds credentials, as `.cargo`, `.config` and `.local/share` would. */
const TOOLS = [
  ...['.nvm', '.fnm', '.local/share/fnm', '.volta', '.nodenv', '.bun', '.deno/bin'],
  ...['.pyenv', '.local/share/uv', '.local/share/pipx/venvs', '.local/bin'],
  ...['.rbenv', '.asdf', '.local/share/mise', '.sdkman/candidates', '.dotnet'],
  ...['go/bin', 'go/pkg', 'sdk', '.goenv', '.cargo/bin', '.rustup'],
] as const;

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

/** Home folders of this user, as the account and as the environment name it. */
export function ownHomes(): string[] {
  const named = [accountHome(), process.env.HOME ?? ''].filter((path) => isAbsolute(path) && resolve(path) !== sep);
  return [...new Set(named.flatMap((path) => [resolve(path), realOf(path)]))];
}

/** Empty for a user number without an account. */
function accountHome(): string {
  try {
    return userInfo().homedir;
  } catch (error) {
    if (isSystemError(error, 'ERR_SYSTEM_ERROR')) return '';
    throw error;
  }
}

/** Read-only places beyond the system's: the running Node, what the environment names, tools below the home, and where name
 *  resolution is configured. Never a home itself, nor what lies above one. */
export function toolPlaces(env: Readonly<Record<string, string>>, homes: readonly string[] = ownHomes()): string[] {
  const tools = homes.flatMap((home) => TOOLS.map((tool) => join(home, tool)));
  const node = [dirname(process.execPath), dirname(dirname(process.execPath))];
  const resolver = [realOf('/etc/resolv.conf')];
  const all = [...node, ...pathsOf(env), ...tools, ...resolver].filter((path) => existsSync(path));
  return [...new Set(all.flatMap((path) => [resolve(path), realOf(path)]))].filter(
    (path) => !homes.some((home) => isAtOrAbove(path, home)) && !isOfSystem(path),
  );
}

/** Read-only places for the step that runs `program`: its folder, or the file alone where that is a home. */
export function programPlaces(program: string, homes: readonly string[] = ownHomes()): string[] {
  if (!isAbsolute(program) || !existsSync(program)) return [];
  return [...new Set([program, realOf(program)])]
    .map((path) => (homes.some((home) => isAtOrAbove(dirname(path), home)) ? path : dirname(path)))
    .filter((path) => !isOfSystem(path));
}

function isOfSystem(path: string): boolean {
  return SYSTEM.some((place) => isAtOrAbove(place, path));
}

function isAtOrAbove(path: string, other: string): boolean {
  return path === sep || path === other || other.startsWith(`${path}${sep}`);
}

/** The path itself when there is nothing. */
function realOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}
