import path from 'node:path';
import { networkVariables } from '../process/machine-variables.ts';
import { ownPath } from '../process/tools/find-program.ts';

export interface GitProcessOptions {
  /** Private folder (0700) of the run; the credential helper lies there. */
  readonly privateDirectory: string;
  readonly gitDirectory: string;
  readonly credentials: () => Promise<{ username: string; password: string }>;
  readonly identity: { readonly name: string; readonly email: string };
  /** http is allowed for a server on this machine only. */
  readonly remoteUrl: string;
  /** A connection that carries nothing for so long is given up; 120 by default. A server that works sends its progress. */
  readonly stallSeconds?: number;
}

/** Nothing that a repository, a user or a system configures may execute: no hooks, no fsmonitor, no filters from
 *  elsewhere, no submodules, no other transports, no credential helpers, no redirects to other hosts. */
const SAFE_SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.quotePath=false',
  'core.symlinks=true',
  'credential.helper=',
  'http.followRedirects=false',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=all',
  'fetch.recurseSubmodules=false',
  // What comes from the server lies in packs of its own, apart from what the worker makes.
  'transfer.unpackLimit=1',
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'init.defaultBranch=main',
];

/** The only commands that talk to the server, and so get credentials and the way to it. */
const REMOTE_COMMANDS = new Set(['fetch', 'push', 'ls-remote', 'lfs']);

/** Descriptor on which git reports the heads of HTTP requests and answers. */
export const TRACE_DESCRIPTOR = 3;

/** Answers git's questions for user name and password. */
export const ASKPASS = `#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$KIRO_WORKER_GIT_USERNAME" ;;
  *) printf '%s\\n' "$KIRO_WORKER_GIT_PASSWORD" ;;
esac
`;

/** Returns whether a command talks to the server. */
export function isRemote(args: readonly string[]): boolean {
  return REMOTE_COMMANDS.has(args[0] ?? '');
}

/** Returns the whole argument list of a command in the worker's git folder. */
export function argumentsOf(
  { gitDirectory, remoteUrl, stallSeconds = 120 }: GitProcessOptions,
  { args, workTree }: { args: readonly string[]; workTree?: string },
): string[] {
  const settings = [
    ...SAFE_SETTINGS,
    ...(isRemote(args) ? ['http.lowSpeedLimit=1', `http.lowSpeedTime=${stallSeconds}`] : []),
    ...(isPlainLoopback(remoteUrl) ? ['protocol.http.allow=always'] : []),
  ];
  return [
    ...['--git-dir', gitDirectory],
    ...settings.flatMap((setting) => ['-c', setting]),
    ...(workTree === undefined ? [] : ['--work-tree', workTree]),
    ...args,
  ];
}

/** Returns the whole environment of a command that stays on this machine. */
export function environmentOf(
  { privateDirectory, identity }: GitProcessOptions,
  { index }: { index?: string },
): Record<string, string> {
  return {
    PATH: ownPath(),
    HOME: privateDirectory,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
  };
}

/** Returns what a command that talks to the server gets beyond that: the way to it, and credentials. Global configuration is off,
 *  so proxies and certificates of the machine reach git by its environment. */
export async function networkEnvironment(options: GitProcessOptions): Promise<Record<string, string>> {
  const { username, password } = await options.credentials();
  const { SSL_CERT_FILE } = process.env;
  return {
    // A git that is built with GnuTLS does not know SSL_CERT_FILE.
    ...(SSL_CERT_FILE ? { GIT_SSL_CAINFO: SSL_CERT_FILE } : {}),
    ...networkVariables(process.env),
    GIT_ASKPASS: askpassOf(options),
    KIRO_WORKER_GIT_USERNAME: username,
    KIRO_WORKER_GIT_PASSWORD: password,
    GIT_TRACE_CURL: String(TRACE_DESCRIPTOR),
    GIT_TRACE_CURL_NO_DATA: '1',
  };
}

/** Path of the program that hands credentials to git. */
export function askpassOf({ privateDirectory }: Pick<GitProcessOptions, 'privateDirectory'>): string {
  return path.join(privateDirectory, 'askpass.sh');
}

/** Returns whether an address names this machine. */
export function isLoopback(address: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
}

function isPlainLoopback(address: string): boolean {
  return new URL(address).protocol === 'http:' && isLoopback(address);
}
