import { realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { type Owner, unreachableAncestor } from '../files/chown-tree.ts';
import {
  CERTIFICATE_VARIABLES,
  hasCredentials,
  javaNetwork,
  PROXY_VARIABLES,
  pickVariables,
  TOOLCHAIN_VARIABLES,
} from './machine-variables.ts';

/** Where tool chains and certificates lie: no secrets, and builds fail without them. */
const PASSED_ON: readonly string[] = [...TOOLCHAIN_VARIABLES, ...CERTIFICATE_VARIABLES];

export interface UntrustedEnvironment {
  readonly home: string;
  /** What the one process needs beyond the allow-list. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Environment of the worker, from which only PATH, places of tool chains and certificates, and proxies without
   *  credentials are taken. */
  readonly from?: Readonly<Record<string, string | undefined>>;
}

/** Returns the whole environment of an untrusted process: an allow-list, no AWS or GitHub credential, no token. */
export function untrustedEnvironment({
  home,
  extra,
  from = process.env,
}: UntrustedEnvironment): Record<string, string> {
  const proxies = PROXY_VARIABLES.filter((name) => !hasCredentials(from[name]));
  return {
    ...pickVariables(from, [...PASSED_ON, ...proxies]),
    ...javaNetwork(from),
    PATH: untrustedPath(from.PATH ?? ''),
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    CI: 'true',
    npm_config_cache: join(home, '.npm'),
    ...extra,
  };
}

/** Returns the environment without PATH folders and tool chains that the user may not enter: a program that is found there
 *  and cannot be started hides the one that could be. */
export function reachableEnvironment(env: Readonly<Record<string, string>>, user: Owner): Record<string, string> {
  const isOpen = (path: string) =>
    [path, realPath(path)].every((one) => {
      const isFolder = one !== null && statSync(one, { throwIfNoEntry: false })?.isDirectory();
      return one === null || unreachableAncestor(isFolder ? join(one, 'any') : one, user) === null;
    });
  const closed = PASSED_ON.filter((name) => env[name] !== undefined && isAbsolute(env[name]) && !isOpen(env[name]));
  const kept = Object.entries(env).filter(([name]) => !closed.some((other) => other === name));
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder) && isOpen(folder));
  return { ...Object.fromEntries(kept), ...(env.PATH === undefined ? {} : { PATH: folders.join(delimiter) }) };
}

/** Null when there is no such file or folder, or none that this process may look at. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return null;
    throw error;
  }
}

/** Absolute paths that an environment names: folders of its PATH, tool chains and certificates. */
export function pathsOf(env: Readonly<Record<string, string>>): string[] {
  const named = PASSED_ON.flatMap((name) => env[name] ?? []);
  return [...(env.PATH ?? '').split(delimiter), ...named].filter((path) => isAbsolute(path));
}

/** The running Node first, then the worker's own PATH without its packages' commands and without relative folders. */
function untrustedPath(path: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !`${folder}${sep}`.includes(`${sep}node_modules${sep}`));
  const standard = ['/usr/local/bin', '/usr/bin', '/bin'];
  return [...new Set([dirname(process.execPath), ...folders, ...standard])].join(delimiter);
}
