import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

/** Environment in which no configuration of this machine or user changes what git does. */
export function gitEnvironment(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: devNull,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Runs git on a bare repository and returns its standard output; throws with its standard error. */
export async function runGit(directory: string, args: readonly string[], input?: Buffer | string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(
    'git',
    [`--git-dir=${directory}`, ...args],
    { env: gitEnvironment(), maxBuffer: 64 * 1024 * 1024 },
    (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args[0]} failed in ${directory}: ${stderr.trim() || error.message}`));
      else resolve(stdout);
    },
  );
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input ?? '');
  return promise;
}
