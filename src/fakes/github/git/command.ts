import { devNull } from 'node:os';
import { execa } from 'execa';

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
export function runGit(directory: string, args: readonly string[]): Promise<string> {
  return feedGit(directory, { args, input: '' });
}

/** Runs git on a bare repository with `input` as its standard input; returns and throws as `runGit` does. */
export async function feedGit(
  directory: string,
  { args, input }: { args: readonly string[]; input: Uint8Array | string },
): Promise<string> {
  const options = { env: gitEnvironment(), extendEnv: false, input, stripFinalNewline: false, reject: false } as const;
  const { failed, stdout, stderr, ...result } = await execa('git', [`--git-dir=${directory}`, ...args], options);
  if (!failed) return stdout;
  throw new Error(`git ${args[0]} failed in ${directory}: ${stderr?.trim() || result.message}`);
}
