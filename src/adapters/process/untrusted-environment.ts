import { realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import { isSystemError } from '../../core/system-error.ts';
import { type Owner, unreachableAncestor } from '../files/chown-tree.ts';
import {
  CERTIFICATE_VARIABLES,
  hasCredentials,
  javaNetwork,
  LOCALE_VARIABLES,
  PROXY_VARIABLES,
  pickVariables,
  registryVariables,
  TOOLCHAIN_VARIABLES,
} from './machine-variables.ts';
import { ownHomes } from './tools/own-homes.ts';
import { TOOL_VARIABLES, toolVariables } from './tools/tool-places.ts';

/** Where tool chains and certificates lie: no secrets, and builds fail without them. */
const PASSED_ON: readonly string[] = [...TOOLCHAIN_VARIABLES, ...TOOL_VARIABLES, ...CERTIFICATE_VARIABLES];

export interface UntrustedEnvironment {
  readonly home: string;
  /** What the one process needs beyond the allow-list. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Environment of the worker, from which only PATH, language and time zone, places of tool chains and certificates, and
   *  proxies and registries without credentials are taken. */
  readonly from?: Readonly<Record<string, string | undefined>>;
  /** Homes of the worker, in which tools look for their parts unless they are told. */
  readonly homes?: readonly string[];
}

/** Returns the whole environment of an untrusted process, as continuous integration has it everywhere: an allow-list, no AWS or
 *  GitHub credential, no token, and nothing about colours. */
export function untrustedEnvironment({
  home,
  extra,
  from = process.env,
  homes = ownHomes(),
}: UntrustedEnvironment): Record<string, string> {
  const proxies = PROXY_VARIABLES.filter((name) => !hasCredentials(from[name]));
  return {
    ...toolVariables(homes),
    LANG: 'C.UTF-8',
    ...pickVariables(from, [...LOCALE_VARIABLES, ...PASSED_ON, ...proxies]),
    ...registryVariables(from),
    ...javaNetwork(from),
    PATH: untrustedPath(from.PATH ?? ''),
    HOME: home,
    TERM: 'dumb',
    CI: 'true',
    npm_config_cache: join(home, '.npm'),
    ...extra,
  };
}

/** Returns the environment without PATH folders and tool chains that the user may not enter: a program that is found there
 *  and cannot be started hides the one that could be. What lies in `tools` is open to it by other means. */
export function reachableEnvironment(
  env: Readonly<Record<string, string>>,
  { user, tools = [] }: { user: Owner; tools?: readonly string[] },
): Record<string, string> {
  const isTool = (path: string) => tools.some((tool) => path === tool || path.startsWith(`${tool}${sep}`));
  const isOpen = (path: string) =>
    [path, realPath(path)].every((one) => {
      const isFolder = one !== null && statSync(one, { throwIfNoEntry: false })?.isDirectory();
      return one === null || isTool(one) || unreachableAncestor(isFolder ? join(one, 'any') : one, user) === null;
    });
  const closed = PASSED_ON.filter((name) => env[name] !== undefined && isAbsolute(env[name]) && !isOpen(env[name]));
  const kept = Object.entries(env).filter(([name]) => !closed.includes(name));
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

/** The worker's own PATH without its packages' commands and without relative folders; the running Node last, for a machine that
 *  has no other. */
function untrustedPath(path: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !`${folder}${sep}`.includes(`${sep}node_modules${sep}`));
  const standard = ['/usr/local/bin', '/usr/bin', '/bin'];
  return [...new Set([...folders, ...standard, dirname(process.execPath)])].join(delimiter);
}
