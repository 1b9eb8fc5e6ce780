import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { WorkerError } from '../../core/errors.ts';

export interface GitProcessOptions {
  /** Private folder (0700) of the run; the credential helper lies there. */
  readonly privateDirectory: string;
  readonly gitDirectory: string;
  readonly credentials: () => Promise<{ username: string; password: string }>;
  readonly identity: { readonly name: string; readonly email: string };
  /** http is allowed for a server on this machine only. */
  readonly remoteUrl: string;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: Uint8Array | string;
  readonly timeoutMs?: number;
  /** Index file instead of the git folder's own. */
  readonly index?: string;
  /** A private folder that no other user has ever written to: git may run whatever a repository in there configures. */
  readonly workTree?: string;
}

/** A git process whose input and output are streamed. */
export interface GitStream {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when git has ended well. Throws GIT_FAILED. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** Git in the worker's own git folder. Without `workTree` no command of it can touch a work tree. */
export interface Git {
  /** Resolves with any exit code. Throws TOOL_MISSING without git and GIT_FAILED on a time-out. */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** Like `run`; throws GIT_FAILED also when git does not exit with 0. */
  must(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  start(args: readonly string[], options?: GitOptions): GitStream;
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
  'commit.gpgSign=false',
  'push.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'init.defaultBranch=main',
];

/** The only commands that talk to the server, and so get credentials and the way to it. */
const REMOTE_COMMANDS = new Set(['fetch', 'push', 'ls-remote']);

/** Global configuration is off, so proxies and certificates of the machine reach git by its environment. */
const NETWORK_VARIABLES = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_PROXY_SSL_CAINFO',
];

const ASKPASS = `#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$KIRO_WORKER_GIT_USERNAME" ;;
  *) printf '%s\\n' "$KIRO_WORKER_GIT_PASSWORD" ;;
esac
`;

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const TIMEOUT_MS = 600_000;

/** Returns git for one git folder. Credentials reach the commands that talk to the server, through askpass alone. */
export async function createGit(options: GitProcessOptions): Promise<Git> {
  await mkdir(options.privateDirectory, { recursive: true, mode: 0o700 });
  await writeFile(askpassOf(options), ASKPASS, { mode: 0o700 });
  const run: Git['run'] = (args, more = {}) => runGit(options, { ...more, args });
  return {
    run,
    async must(args, more) {
      const answer = await run(args, more);
      if (answer.exitCode !== 0) throw gitFailed(args, answer.stderr);
      return answer;
    },
    start: (args, more = {}) => startGit(options, { ...more, args }),
  };
}

interface Command extends GitOptions {
  readonly args: readonly string[];
}

async function runGit(options: GitProcessOptions, command: Command): Promise<GitAnswer> {
  const { args, input, timeoutMs = TIMEOUT_MS } = command;
  const isRemote = REMOTE_COMMANDS.has(args[0] ?? '');
  const result = await execa('git', argumentsOf(options, command), {
    cwd: command.workTree ?? options.privateDirectory,
    reject: false,
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    timeout: timeoutMs,
    maxBuffer: MAX_OUTPUT_BYTES,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    env: { ...environmentOf(options, command), ...(isRemote && (await networkEnvironment(options))) },
  });
  if (result.code === 'ENOENT') throw gitMissing(result);
  if (result.exitCode === undefined || result.isMaxBuffer)
    throw gitFailed(args, result.timedOut ? `it took longer than ${timeoutMs} ms` : String(result.shortMessage));
  return {
    exitCode: result.exitCode,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
  };
}

function startGit(options: GitProcessOptions, command: Command): GitStream {
  const child = execa('git', argumentsOf(options, command), {
    cwd: command.workTree ?? options.privateDirectory,
    reject: false,
    extendEnv: false,
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    timeout: command.timeoutMs ?? TIMEOUT_MS,
    env: environmentOf(options, command),
  });
  // What a process that has ended no longer reads shows in `ended`.
  child.stdin.on('error', () => {});
  const ended = child.then((result) => {
    if (result.code === 'ENOENT') throw gitMissing(result);
    if (result.exitCode === 0) return;
    const why = result.timedOut ? 'it took too long' : (result.stderr ?? String(result.shortMessage));
    throw gitFailed(command.args, why);
  });
  ended.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, ended, stop: () => child.kill('SIGKILL') };
}

function argumentsOf({ gitDirectory, remoteUrl }: GitProcessOptions, { args, workTree }: Command): string[] {
  const settings = [...SAFE_SETTINGS, ...(isLoopback(remoteUrl) ? ['protocol.http.allow=always'] : [])];
  return [
    ...['--git-dir', gitDirectory],
    ...settings.flatMap((setting) => ['-c', setting]),
    ...(workTree === undefined ? [] : ['--work-tree', workTree]),
    ...args,
  ];
}

function environmentOf({ privateDirectory, identity }: GitProcessOptions, { index }: Command): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
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

/** What a command that talks to the server gets beyond that: the way to it, and credentials. */
async function networkEnvironment(options: GitProcessOptions): Promise<Record<string, string | undefined>> {
  const { username, password } = await options.credentials();
  return {
    ...Object.fromEntries(NETWORK_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    GIT_ASKPASS: askpassOf(options),
    KIRO_WORKER_GIT_USERNAME: username,
    KIRO_WORKER_GIT_PASSWORD: password,
  };
}

function askpassOf({ privateDirectory }: GitProcessOptions): string {
  return path.join(privateDirectory, 'askpass.sh');
}

/** Builds the GIT_FAILED error of a git command; `why` is git's own message. */
export function gitFailed(args: readonly string[], why: string): WorkerError {
  return new WorkerError({
    code: 'GIT_FAILED',
    what: `git ${args[0]} failed.`,
    why: why.trim().slice(-2000),
    remedy: 'Check that the repository can be reached and that the token may read and write its contents.',
  });
}

function gitMissing(cause: unknown): WorkerError {
  return new WorkerError({
    code: 'TOOL_MISSING',
    what: 'git is not installed.',
    remedy: 'Install git 2.30 or newer.',
    cause,
  });
}

function isLoopback(remoteUrl: string): boolean {
  const { protocol, hostname } = new URL(remoteUrl);
  return protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]');
}
