import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { WorkerError } from '../../core/errors.ts';

export interface GitProcessOptions {
  /** Private folder (0700) of the run; the credential helper lies there. */
  readonly privateDirectory: string;
  readonly gitDirectory: string;
  readonly workspace: string;
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

export type RunGit = (
  args: readonly string[],
  options?: { input?: Uint8Array | string; timeoutMs?: number; env?: Record<string, string> },
) => Promise<GitAnswer>;

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

const ASKPASS = `#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$KIRO_WORKER_GIT_USERNAME" ;;
  *) printf '%s\\n' "$KIRO_WORKER_GIT_PASSWORD" ;;
esac
`;

/** Returns a function that runs git in the worker's own git folder. It resolves with any exit code, and throws
 *  TOOL_MISSING without git and GIT_FAILED on a time-out. Credentials reach git through askpass alone. */
export async function createRunGit(options: GitProcessOptions): Promise<RunGit> {
  const { privateDirectory, gitDirectory, workspace, identity, remoteUrl } = options;
  await mkdir(privateDirectory, { recursive: true, mode: 0o700 });
  const askpass = path.join(privateDirectory, 'askpass.sh');
  await writeFile(askpass, ASKPASS, { mode: 0o700 });
  const settings = [...SAFE_SETTINGS, ...(isLoopback(remoteUrl) ? ['protocol.http.allow=always'] : [])];
  const prefix = [
    '--git-dir',
    gitDirectory,
    '--work-tree',
    workspace,
    ...settings.flatMap((setting) => ['-c', setting]),
  ];

  return async (args, { input, timeoutMs = 600_000, env = {} } = {}) => {
    const { username, password } = await options.credentials();
    const result = await execa('git', [...prefix, ...args], {
      cwd: workspace,
      reject: false,
      extendEnv: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      timeout: timeoutMs,
      maxBuffer: 256 * 1024 * 1024,
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        HOME: privateDirectory,
        LANG: 'C.UTF-8',
        LC_ALL: 'C.UTF-8',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: askpass,
        GIT_ATTR_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: identity.name,
        GIT_AUTHOR_EMAIL: identity.email,
        GIT_COMMITTER_NAME: identity.name,
        GIT_COMMITTER_EMAIL: identity.email,
        KIRO_WORKER_GIT_USERNAME: username,
        KIRO_WORKER_GIT_PASSWORD: password,
        ...env,
      },
    });
    if (result.code === 'ENOENT') throw gitMissing(result);
    if (result.exitCode === undefined)
      throw gitFailed(args, result.timedOut ? `it took longer than ${timeoutMs} ms` : String(result.shortMessage));
    return {
      exitCode: result.exitCode,
      stdout: Buffer.from(result.stdout),
      stderr: Buffer.from(result.stderr).toString('utf8'),
    };
  };
}

/** Builds the GIT_FAILED error of a git command; `why` is git's own word. */
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
