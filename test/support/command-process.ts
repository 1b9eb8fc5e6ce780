import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { REPOSITORY_ROOT } from '../../src/adapters/bundle/bundle.ts';
import { compileCacheOfRun } from './compile-cache.ts';
import type { TestSystem } from './system/test-system.ts';

export interface CommandProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

/** Runs `kiro-worker local poll` on the system's data as a process of its own, as a person or a timer does. */
export function startLocalPoll(system: TestSystem): CommandProcess {
  const { configFile, dataDirectory, env } = system;
  const words = ['local', 'poll', '--config', configFile, '--data', dataDirectory, '--json'];
  const child = spawn(process.execPath, [path.join(REPOSITORY_ROOT, 'scripts', 'cli.ts'), ...words], {
    cwd: system.root,
    env: { PATH: process.env.PATH, HOME: system.root, TMPDIR: process.env.TMPDIR, ...compileCacheOfRun(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
    });
  }
  const ended = new Promise<Awaited<CommandProcess['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, ended };
}
