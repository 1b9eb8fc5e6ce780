import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a program to its end; the environment is exactly the given one, so nothing of this machine leaks in. */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<Finished> {
  const startedAt = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode ?? -1, ...texts, seconds: (performance.now() - startedAt) / 1000 };
}

/** Environment for programs of the rehearsal: no credentials of this machine, no telemetry, marked for its watch. */
export function bareEnvironment(paths: readonly string[]): Record<string, string> {
  const { HOME = '/tmp', PATH = '', REHEARSAL_RUN = '' } = process.env;
  return {
    HOME,
    PATH: [...paths, PATH].join(':'),
    LANG: 'C.UTF-8',
    REHEARSAL_RUN,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    SAM_CLI_TELEMETRY: '0',
    SAM_CLI_POLL_DELAY: '0.3',
  };
}
