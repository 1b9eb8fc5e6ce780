import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { REPOSITORY_ROOT } from '../../src/adapters/bundle.ts';
import type { World } from './world.ts';

export interface DoorProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

/** Runs `kiro-worker local poll` on the world's data as a process of its own, as a person or a timer does. */
export function startLocalPoll(world: World): DoorProcess {
  const { configFile, dataDirectory, env } = world;
  const words = ['local', 'poll', '--config', configFile, '--data', dataDirectory, '--json'];
  const child = spawn(process.execPath, [path.join(REPOSITORY_ROOT, 'scripts', 'cli.ts'), ...words], {
    cwd: world.root,
    env: { PATH: process.env.PATH, HOME: world.root, TMPDIR: process.env.TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      text[name] += piece;
    });
  }
  const ended = new Promise<Awaited<DoorProcess['ended']>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, ended };
}
